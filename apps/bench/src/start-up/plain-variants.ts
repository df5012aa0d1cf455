import { createParamDecorator, Injectable, UseGuards } from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SwaggerModule } from '@nestjs/swagger';
import type { Variant } from './variant.js';

@Injectable()
class LetsIn implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

const UserParameter = createParamDecorator(() => null);
const nothing: ClassDecorator & MethodDecorator = () => undefined;

export const bare: Variant = {
  Scopes: () => nothing,
  Public: () => nothing,
  User: () => UserParameter(),
  imports: [],
  providers: [],
  document: (app, config) => SwaggerModule.createDocument(app, config),
};

export const guarded: Variant = {
  ...bare,
  Scopes: () => UseGuards(LetsIn),
  User: () => (target, key, index) => {
    if (key === undefined) return;
    UseGuards(LetsIn)(target, key, Object.getOwnPropertyDescriptor(target, key) ?? {});
    UserParameter()(target, key, index);
  },
  providers: [{ provide: APP_GUARD, useClass: LetsIn }],
};
