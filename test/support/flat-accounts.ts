import type { AccountView, LoginView, VaultView } from '../../shared/views.ts';

/** A person together with the first of her logins: for tests of people who have but one. */
export type FlatAccount = AccountView & LoginView;

/** The same for one account. */
export const flat = (account: AccountView): FlatAccount => ({ ...account, ...account.logins[0] });

/** The accounts of a view, each with its first login. */
export const flatAccounts = ({ accounts }: Pick<VaultView, 'accounts'>): FlatAccount[] => accounts.map(flat);
