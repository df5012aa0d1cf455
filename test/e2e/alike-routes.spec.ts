import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { AuthModule, Depends, describeSecurity, Public, Scopes } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';
import { testScheme, TestStrategy } from '../support/tokens.js';

@Injectable()
class Counter {
  #count = 0;
  resolve() {
    this.#count += 1;
    return this.#count;
  }
}

@Controller('counts')
class CountsController {
  @Get('shared') shared(@Depends(Counter) one: number, @Depends(Counter) other: number) { return other - one; }
  @Get('anew') anew(@Depends(Counter) one: number, @Depends(Counter, { useCache: false }) other: number) { return other - one; }
}

abstract class Requiring {
  @Scopes('me') read() { return {}; }
}
@Controller('opened')
class OpenedController extends Requiring {
  @Get() @Public() override read() { return {}; }
}
@Controller('contradictory')
class ContradictoryController {
  @Get() @Public() @Scopes('me') read() { return {}; }
}

@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }], providers: [Counter], audit: 'warn' })],
  controllers: [CountsController, OpenedController, ContradictoryController],
})
class App {}

describe.each(ADAPTERS)('Of two routes that declare nearly the same, on %s', (adapter) => {
  it('one takes the value that is there and the other has it made anew', async () => {
    const app = await start(App, adapter);
    expect([(await app.get('/counts/shared')).text, (await app.get('/counts/anew')).text]).toEqual(['0', '1']);
    await app.close();
  });

  it('one is public as it overrides a requirement, and the other, which contradicts itself, requires it', async () => {
    const app = await start(App, adapter);
    const access = describeSecurity(app.app).filter(({ handler }) => handler === 'read').map((route) => [route.path, route.access]);
    expect(access).toEqual([['/opened', 'public'], ['/contradictory', 'protected']]);
    expect([(await app.get('/opened')).status, (await app.get('/contradictory')).status]).toEqual([200, 401]);
    await app.close();
  });
});
