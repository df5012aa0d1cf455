import { Body, Controller, Delete, Get, Inject, Injectable, Module, Param, Post, Put, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { Variant } from './variant.js';

const HANDLERS = 10;

/**
 * A root module with controllers of ten handlers each, and a service for each: every class requires a scope, some handlers
 * one more, one is public.
 */
export function applicationModule(routes: number, variant: Variant): Type {
  const services = Array.from({ length: routes / HANDLERS }, () => newService());
  @Module({
    imports: [...variant.imports],
    providers: [...variant.providers, ...services],
    controllers: services.map((service, index) => controllerOf(`resource-${String(index)}`, service, variant)),
  })
  class Application {}
  return Application;
}

function newService(): Type {
  @Injectable()
  class ResourceService {}
  return ResourceService;
}

function controllerOf(path: string, service: Type, { Scopes, Public, User }: Variant): Type {
  @Controller(path)
  @Scopes('items')
  class ResourceController {
    constructor(@Inject(service) readonly resources: object) {}
    @Get() list(@Query('page') page: string) { return page; }
    @Get(':id') read(@Param('id') id: string) { return id; }
    @Get(':id/history') history(@Param('id') id: string) { return id; }
    @Get(':id/owner') @Scopes('me') owner(@Param('id') id: string) { return id; }
    @Post() @Scopes('me') create(@Body() body: object) { return body; }
    @Put(':id') @Scopes('me', 'admin') replace(@Param('id') id: string, @Body() body: object) { return [id, body]; }
    @Delete(':id') @Scopes('admin') remove(@Param('id') id: string) { return id; }
    @Get('own/all') own(@User() user: string | null) { return user; }
    @Get('own/:id') ownOne(@User() user: string | null, @Param('id') id: string) { return [user, id]; }
    @Get('status/now') @Public() status() { return 'well'; }
  }
  Object.defineProperty(ResourceController, 'name', { value: `Controller_${path}` });
  return ResourceController;
}
