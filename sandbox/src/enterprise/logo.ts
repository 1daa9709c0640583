/** A red square of eight pixels a side: the smallest thing that is really a PNG. */
export const LOGO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mM446iKFTEMLQkADkpMgd2Kx5wAAAAASUVORK5CYII=',
  'base64',
)
