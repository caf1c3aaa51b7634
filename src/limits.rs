//! Limits on what is read, each with its reason (sizes seen in 1,621 public workbooks).

/// Largest input file, bytes: the largest workbook seen was 3.3 MB.
pub const INPUT_BYTES: u64 = 200 << 20;
/// Most members of a package: the most seen were 469.
pub const MEMBERS: usize = 10_000;
/// Largest inflated size of one member that is read: the largest seen was 26 MB.
pub const MEMBER_BYTES: u64 = 512 << 20;
/// Largest ratio of inflated to stored size, for members over 1 MiB: the honest worst was 142.
pub const RATIO: u64 = 500;
/// Deepest nesting of elements in a part.
pub const XML_DEPTH: usize = 256;
/// Longest start tag in a part, bytes.
pub const TAG_BYTES: usize = 1 << 20;
/// Cells read in form and metric sheets: forms have hundreds.
pub const CELLS: usize = 2_000_000;
/// Inflated size up to which a sheet is simply read; a larger one is first looked at.
pub const SMALL_SHEET_BYTES: u64 = 1 << 20;
