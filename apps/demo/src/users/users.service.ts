import { Injectable } from '@nestjs/common';

/** A person as the API shows them. */
export interface User {
  readonly username: string;
  readonly full_name: string;
  readonly email: string;
  readonly disabled: boolean;
}

/** What is kept about a person to log them in. */
export interface Account {
  readonly user: User;
  /** argon2id, in PHC form. */
  readonly passwordHash: string;
  readonly allowedScopes: readonly string[];
}

/** The two users of FastAPI's tutorial, whose passwords are "secret" and "secretalice". */
const ACCOUNTS: readonly Account[] = [
  {
    user: { username: 'johndoe', full_name: 'John Doe', email: 'johndoe@example.com', disabled: false },
    passwordHash: '$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc',
    allowedScopes: ['me', 'items'],
  },
  {
    user: { username: 'alice', full_name: 'Alice Chains', email: 'alicechains@example.com', disabled: true },
    passwordHash: '$argon2id$v=19$m=65536,t=3,p=4$g2/AV1zwopqUntPKJavBFw$BwpRGDCyUHLvHICnwijyX8ROGoiUPwNKZ7915MeYfCE',
    allowedScopes: ['me', 'items'],
  },
];

/** The people who can log in. */
@Injectable()
export class UsersService {
  readonly #accounts = new Map(ACCOUNTS.map((account) => [account.user.username, account]));

  findAccount(username: string): Account | null {
    return this.#accounts.get(username) ?? null;
  }

  find(username: string): User | null {
    return this.findAccount(username)?.user ?? null;
  }
}
