/**
 * What is wrong with a bundle or with asking it for something.
 * - `missing` there is no file or folder at the path
 * - `unreadable` the operating system refuses to read it (`subject` = path)
 * - `not-a-bundle` neither a folder nor a tar file with bundle.json in it
 * - `compressed` a compressed tar; it has to be unpacked (gunzip) first
 * - `wrong-format` bundle.json is of something else (`subject` = its format)
 * - `newer` made by a newer version of this program (`subject` = its formatVersion)
 * - `other-platform` for another system or processor (`subject` = its platform)
 * - `invalid` bundle.json or the OCI layout breaks the format (`subject` = where)
 * - `incomplete` a file, blob or image that is listed is not in it (`subject` = its name)
 * - `corrupt` content differs from its checksum or size (`subject` = the blob or file)
 * - `unknown-image` asked for an image that is not in it (`subject` = its name)
 * - `disk-full` no room in our own folder for what is fetched (`subject` = path)
 */
export type BundleErrorCode =
  | 'missing'
  | 'unreadable'
  | 'not-a-bundle'
  | 'compressed'
  | 'wrong-format'
  | 'newer'
  | 'other-platform'
  | 'invalid'
  | 'incomplete'
  | 'corrupt'
  | 'unknown-image'
  | 'disk-full';

export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly code: BundleErrorCode;
  /** What it is about: a path, a blob's digest, an image's name. */
  readonly subject: string;

  constructor(code: BundleErrorCode, subject: string, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
    this.subject = subject;
  }
}
