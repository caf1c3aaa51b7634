//! Points with what people write beside them.

/// The points of a text, compared as a label is, that says beside them what they are, and no other number:
/// `20分(基础)`, `20分/月`, and `0-20分` from nothing to all. With a note that is not known, as 待定 and 加分项,
/// nothing is read.
pub fn said_points(text: &str) -> Option<f64> {
    const NOTES: [&str; 16] = [
        "基础",
        "基础分",
        "基本",
        "基本分",
        "基准",
        "基准分",
        "满分",
        "标准",
        "标准分",
        "权重",
        "上限",
        "最高",
        "封顶",
        "总分",
        "定量",
        "定性",
    ];
    const MONTHLY: [&str; 4] = ["/月", "/每月", "每月", "/月度"];
    let bare = MONTHLY.iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let bare = match bare.split_once(['(', '[', '【']) {
        Some((points, note)) => {
            let note = note.strip_suffix([')', ']', '】'])?;
            points.strip_suffix('分').filter(|_| NOTES.contains(&note))?
        }
        None => bare.strip_suffix('分')?,
    };
    let bare = bare.strip_prefix("每月").unwrap_or(bare);
    let whole = bare.trim_start_matches("0分").trim_start_matches('0');
    let range =
        whole.strip_prefix(['-', '~', '至', '到', '—', '–']).filter(|_| whole.len() < bare.len());
    let points = range.unwrap_or(bare);
    let figures = points.chars().all(|c| c.is_ascii_digit() || c == '.');
    points.parse().ok().filter(|points: &f64| figures && *points > 0.0)
}
