/** Where anybody reaches the public pages of this exchange; what QR codes are made of. */
export class PublicUrl {
  /** @param configured without a slash at the end; null: below the name of the exchange's log, as status lists are */
  constructor(private readonly configured: string | null) {}

  over(exchange: { readonly logOrigin: string } | null): string {
    return this.configured ?? `https://${exchange?.logOrigin ?? 'localhost'}`;
  }
}
