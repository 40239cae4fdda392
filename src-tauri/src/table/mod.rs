//! A table in a text file, as spreadsheets write them: comma, semicolon or tab, in UTF-8, UTF-16 or what Windows wrote
//! before. Whatever the bytes are, reading them is bounded in size, rows and columns, and ends with a table or a reason.

mod decode;
mod guess;

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};

pub use self::guess::guess;

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// Rows at most.
pub const MAX_ROWS: usize = 100_000;
/// Columns at most.
const MAX_COLUMNS: usize = 200;
/// The longest name of a column, in characters.
const MAX_NAME: usize = 100;
/// What cells are parted by, the usual one first.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// Rows that are tried to find that out.
const TRIED: usize = 20;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The columns' names; two of one name are told apart by a number.
    pub columns: Vec<String>,
    /// The rows that have anything in them.
    pub rows: Vec<TableRow>,
    /// What parts the cells.
    pub delimiter: char,
    /// How the text was written.
    pub encoding: &'static str,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The line in the file that it begins at.
    pub line: u32,
    cells: StringRecord,
}

impl TableRow {
    /// The cell of a column, without blanks around it; empty where the row is too short.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default().trim()
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }
}

/// Why a file is no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// More than [`MAX_BYTES`].
    #[error("The file is larger than 10 MB.")]
    TooLarge,
    /// More than [`MAX_ROWS`].
    #[error("The file has more than 100,000 rows.")]
    TooManyRows,
    /// More than [`MAX_COLUMNS`].
    #[error("The file has more than 200 columns.")]
    TooManyColumns,
    /// Not text.
    #[error("This is not a text file: save the sheet as CSV first.")]
    NotText,
    /// No row below the names.
    #[error("The file has no rows: the first line has to name the columns, and each line below it is a person.")]
    Empty,
}

/// Reads a table.
///
/// # Errors
///
/// [`TableError`].
pub fn read(bytes: &[u8]) -> Result<Table, TableError> {
    if bytes.len() > MAX_BYTES {
        return Err(TableError::TooLarge);
    }
    let (text, encoding) = decode::decode(bytes)?;
    let delimiter = sniff(&text);
    let mut reader = reader(&text, delimiter);
    let mut records = reader.records();
    let names = match records.next() {
        Some(Ok(names)) if names.len() > MAX_COLUMNS => return Err(TableError::TooManyColumns),
        Some(Ok(names)) if names.iter().any(|name| !name.trim().is_empty()) => names,
        _ => return Err(TableError::Empty),
    };
    let mut rows = Vec::new();
    for record in records {
        // Err: only what is no UTF-8, and that was decoded above.
        let Ok(cells) = record else { return Err(TableError::NotText) };
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MAX_ROWS {
            return Err(TableError::TooManyRows);
        }
        let line = cells.position().map_or(0, csv::Position::line);
        rows.push(TableRow { line: u32::try_from(line).unwrap_or(u32::MAX), cells });
    }
    if rows.is_empty() {
        return Err(TableError::Empty);
    }
    Ok(Table { columns: columns(&names), rows, delimiter: char::from(delimiter), encoding })
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// The one that parts most rows into as many cells as the first, and into most.
fn sniff(text: &str) -> u8 {
    let score = |delimiter: &u8| {
        let mut reader = reader(text, *delimiter);
        let widths: Vec<usize> =
            reader.records().take(TRIED).filter_map(Result::ok).map(|record| record.len()).collect();
        let first = widths.first().copied().unwrap_or_default();
        let alike = widths.iter().filter(|width| **width == first).count();
        if first < 2 { (0, 0) } else { (alike, first) }
    };
    let mut best = (DELIMITERS[0], (0, 0));
    for delimiter in DELIMITERS {
        let scored = score(&delimiter);
        if scored > best.1 {
            best = (delimiter, scored);
        }
    }
    best.0
}

fn columns(names: &StringRecord) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut found = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let mut title: String = name.trim().chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
        if title.is_empty() {
            title = format!("Column {}", at + 1);
        }
        let times = seen.entry(title.clone()).or_default();
        *times += 1;
        found.push(if *times == 1 { title } else { format!("{title} ({times})") });
    }
    found
}

/// A line of a table to be written: quoted where it has to be, and with nothing that a spreadsheet would take for a
/// formula.
///
/// # Errors
///
/// None: it is written to memory.
pub fn write(rows: impl IntoIterator<Item = Vec<String>>) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.into_iter().map(|cell| harmless(&cell)))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    // The mark tells spreadsheets that this is UTF-8.
    Ok(format!("\u{feff}{}", String::from_utf8_lossy(&bytes)))
}

fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, TableError, read, write};

    #[test]
    fn what_spreadsheets_write_is_read() {
        let plain = "Name;Since\nAda;2024-01-01\n\"Müller; Bob\";2025-01-01\n\n;\n";
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let windows = plain.replace('ü', "\u{1}").bytes().map(|byte| if byte == 1 { 0xfc } else { byte }).collect();
        let with_mark = format!("\u{feff}{plain}").into_bytes();
        for (bytes, encoding) in
            [(plain.as_bytes().to_vec(), "UTF-8"), (with_mark, "UTF-8"), (utf16, "UTF-16"), (windows, "Windows-1252")]
        {
            let table = read(&bytes).unwrap();
            assert_eq!((table.encoding, table.delimiter), (encoding, ';'));
            assert_eq!(table.columns, ["Name", "Since"]);
            let cells: Vec<_> = table.rows.iter().map(|row| (row.line, row.cell(0), row.cell(1))).collect();
            assert_eq!(cells, [(2, "Ada", "2024-01-01"), (3, "Müller; Bob", "2025-01-01")]);
        }
    }

    #[test]
    fn a_row_keeps_its_line_and_columns_of_one_name_are_told_apart() {
        let table = read(b"a,a,\n\"x\ny\",2,3\n4\n").unwrap();
        assert_eq!(table.columns, ["a", "a (2)", "Column 3"]);
        let lines: Vec<_> = table.rows.iter().map(|row| (row.line, row.len())).collect();
        assert_eq!(lines, [(2, 3), (4, 1)]);
        assert_eq!(table.rows[1].cell(2), "");
    }

    #[test]
    fn what_is_no_table_has_a_reason() {
        assert_eq!(read(b""), Err(TableError::Empty));
        assert_eq!(read(b"a,b\n"), Err(TableError::Empty));
        assert_eq!(read(b"PK\x03\x04\x00\x00\x00\x00spreadsheet"), Err(TableError::NotText));
        assert_eq!(read(&vec![b'a'; MAX_BYTES + 1]), Err(TableError::TooLarge));
        assert_eq!(read("a\n".repeat(100_002).as_bytes()), Err(TableError::TooManyRows));
        assert_eq!(read(format!("{}\nx", ",".repeat(300)).as_bytes()), Err(TableError::TooManyColumns));
    }

    #[test]
    fn what_is_written_is_no_formula() {
        let text = write([vec!["=1+1".to_owned(), "a,\"b\"".to_owned()]]).unwrap();
        assert_eq!(text, "\u{feff}'=1+1,\"a,\"\"b\"\"\"\n");
    }
}
