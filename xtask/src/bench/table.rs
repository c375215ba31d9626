//! The table of all rows, for people and for copying into a document.

use super::Row;

/// Rows with aligned columns; the details follow below, where they do not stretch the table.
pub fn render(rows: &[Row]) -> String {
    let cells: Vec<[&str; 4]> =
        std::iter::once(["what", "figure", "limit", "ok"]).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), width(3)];
    let mut lines: Vec<String> = cells.iter().map(|row| line(row, widths)).collect();
    let rule = widths.map(|width| "-".repeat(width));
    lines.insert(1, format!("| {} |", rule.join(" | ")));
    let details = rows.iter().filter(|row| !row.detail.is_empty());
    lines.extend(details.map(|row| format!("\n{}: {}", row.name, row.detail)));
    lines.join("\n") + "\n"
}

fn cells(row: &Row) -> [&str; 4] {
    [&row.name, &row.figure, &row.limit, if row.ok { "yes" } else { "NO" }]
}

fn line(row: &[&str; 4], widths: [usize; 4]) -> String {
    let [what, figure, limit, ok] = row;
    let [w, x, y, z] = widths;
    format!("| {what:<w$} | {figure:>x$} | {limit:>y$} | {ok:<z$} |")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let row = Row {
            name: "start".into(),
            figure: "12 ms".into(),
            limit: "100 ms".into(),
            ok: true,
            detail: "cold".into(),
        };
        let expected = "| what  | figure |  limit | ok  |\n| ----- | ------ | ------ | --- |\n| start |  12 ms | 100 ms | yes |\n\nstart: cold\n";
        assert_eq!(render(&[row]), expected);
    }
}
