"""Why a file is rejected as a whole: stable codes that a machine can act on, each with its meaning.

The reason in the ledger is `code: sentence`; the sentence tells the cause in this file and the next step.
"""

from __future__ import annotations

from dagster_project.feeds.contract import Rule

REJECTIONS = (
    Rule("empty_file", "the file has no bytes, or not even a header"),
    Rule("wrong_format", "the bytes are of another format than the name says, such as Excel, zip or a web page"),
    Rule("not_utf8", "the text is not UTF-8, such as UTF-16 or Latin-1"),
    Rule("no_final_newline", "the last line does not end in a newline, so the file may be cut off"),
    Rule("nul_bytes", "NUL bytes stand where text was, as a failed copy or a sparse file leaves; rows may be gone"),
    Rule("lone_carriage_returns", "lines end in CR alone, so that several rows are one line"),
    Rule("odd_line_separators", "lines end in a character that is no newline, such as form feed or U+2028"),
    Rule("damaged_gzip", "the gzip file is damaged, cut off or followed by other bytes"),
    Rule("damaged_parquet", "the Parquet file is damaged, cut off or encrypted"),
    Rule("too_large", "the file, a line, a value or what it unpacks to is larger than the limits"),
    Rule("no_header", "the first line names no column of the feed"),
    Rule("wrong_separator", "fields are separated by something else than a comma or a semicolon"),
    Rule("repeated_header", "the header stands in the file twice, so it may be two files in one"),
    Rule("unknown_column", "a column is not one of the feed"),
    Rule("repeated_column", "a column stands in the header twice"),
    Rule("missing_column", "a required column is not in the file"),
    Rule("unsupported_type", "a Parquet column has a type that the feed does not take, or that may have rounded"),
    Rule("value_out_of_range", "a Parquet column has a date or instant outside the years 1..9999, such as infinity"),
    Rule("unreadable_lines", "the lines can't be read as CSV, or their number is not the one that was counted"),
    Rule("unreadable_value", "a value stops the reader or the judge"),
    Rule("amounts_too_large", "the amounts add up to more than can be counted"),
    Rule("counts_differ", "rows or cents delivered are not those accepted plus those quarantined"),
)
