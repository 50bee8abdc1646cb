/** Without types of its own; here it is what ours is tested against. */
declare module 'siphash' {
  const siphash: { hash_uint(key: Uint32Array, message: Uint8Array): number };
  export default siphash;
}
