//! What a field's name says of its values: one table.
//!
//! A name is cut into words (`homePageUrl` and `home_page_url` are `home`,
//! `page`, `url`; in a list the last one loses its plural). A row fits if its
//! words are the last ones of the name; the first row that fits is taken.

use super::make::Style;

/// The values of a string field with such a name.
pub(crate) fn style(name: &str, repeated: bool) -> Option<Style> {
    find(&TEXTS, &split(name, repeated)).copied()
}

/// The range of a whole number with such a name.
pub(crate) fn whole(name: &str, repeated: bool) -> Option<(i128, i128)> {
    find(&WHOLES, &split(name, repeated)).copied()
}

/// The range of a number with a fraction with such a name, and in how many steps
/// a one is cut.
pub(crate) fn real(name: &str, repeated: bool) -> Option<(f64, f64, f64)> {
    find(&REALS, &split(name, repeated)).copied()
}

/// How many bytes a `bytes` field with such a name has.
pub(crate) fn size(name: &str, repeated: bool) -> Option<(u64, u64)> {
    find(&SIZES, &split(name, repeated)).copied()
}

const TEXTS: [(&str, Style); 101] = [
    ("email", Style::Email),
    ("email address", Style::Email),
    ("mail", Style::Email),
    ("uuid", Style::Uuid),
    ("guid", Style::Uuid),
    ("etag", Style::Hex(16)),
    ("ip", Style::Ipv4),
    ("ip address", Style::Ipv4),
    ("ipv4", Style::Ipv4),
    ("ipv6", Style::Ipv6),
    ("phone", Style::Phone),
    ("phone number", Style::Phone),
    ("mobile", Style::Phone),
    ("fax", Style::Phone),
    ("url", Style::Url),
    ("uri", Style::Url),
    ("href", Style::Url),
    ("link", Style::Url),
    ("website", Style::Url),
    ("homepage", Style::Url),
    ("host", Style::Hostname),
    ("hostname", Style::Hostname),
    ("host name", Style::Hostname),
    ("domain", Style::Hostname),
    ("fqdn", Style::Hostname),
    ("first name", Style::FirstName),
    ("given name", Style::FirstName),
    ("last name", Style::LastName),
    ("family name", Style::LastName),
    ("surname", Style::LastName),
    ("full name", Style::FullName),
    ("user name", Style::UserName),
    ("username", Style::UserName),
    ("login", Style::UserName),
    ("nickname", Style::UserName),
    ("handle", Style::UserName),
    ("company name", Style::Company),
    ("company", Style::Company),
    ("organization", Style::Company),
    ("vendor", Style::Company),
    ("file name", Style::FileName),
    ("filename", Style::FileName),
    ("author", Style::FullName),
    ("owner", Style::FullName),
    ("display name", Style::Words),
    ("name", Style::FullName),
    ("title", Style::Title),
    ("subject", Style::Title),
    ("description", Style::Sentence),
    ("comment", Style::Sentence),
    ("message", Style::Sentence),
    ("summary", Style::Sentence),
    ("note", Style::Sentence),
    ("bio", Style::Sentence),
    ("body", Style::Sentence),
    ("text", Style::Sentence),
    ("content", Style::Sentence),
    ("city", Style::City),
    ("town", Style::City),
    ("country code", Style::CountryCode),
    ("region code", Style::CountryCode),
    ("country", Style::Country),
    ("region", Style::Region),
    ("zone", Style::Region),
    ("street", Style::Street),
    ("address line", Style::Street),
    ("address", Style::Street),
    ("postal code", Style::PostalCode),
    ("postcode", Style::PostalCode),
    ("zip", Style::PostalCode),
    ("zip code", Style::PostalCode),
    ("currency", Style::Currency),
    ("currency code", Style::Currency),
    ("language", Style::Language),
    ("language code", Style::Language),
    ("locale", Style::Language),
    ("timezone", Style::TimeZone),
    ("time zone", Style::TimeZone),
    ("status", Style::Status),
    ("state", Style::Status),
    ("color", Style::Color),
    ("version", Style::Version),
    ("path", Style::Path),
    ("user agent", Style::UserAgent),
    ("mime type", Style::MimeType),
    ("content type", Style::MimeType),
    ("token", Style::Token),
    ("secret", Style::Token),
    ("cursor", Style::Token),
    ("hash", Style::Hex(64)),
    ("slug", Style::Slug),
    ("date", Style::Date),
    ("birthday", Style::Date),
    ("time", Style::Timestamp),
    ("timestamp", Style::Timestamp),
    ("created at", Style::Timestamp),
    ("updated at", Style::Timestamp),
    ("price", Style::Decimal),
    ("amount", Style::Decimal),
    // A token of the server's, and none at the first page.
    ("page token", Style::Nothing),
    ("id", Style::Uuid),
];

const WHOLES: [(&str, (i128, i128)); 36] = [
    // Seconds, then milli-, micro- and nanoseconds, from 2020 to 2025.
    ("timestamp", (1_577_836_800, 1_767_225_599)),
    ("ts", (1_577_836_800, 1_767_225_599)),
    ("created at", (1_577_836_800, 1_767_225_599)),
    ("updated at", (1_577_836_800, 1_767_225_599)),
    ("epoch", (1_577_836_800, 1_767_225_599)),
    ("timestamp ms", (1_577_836_800_000, 1_767_225_599_999)),
    ("timestamp millis", (1_577_836_800_000, 1_767_225_599_999)),
    ("time ms", (1_577_836_800_000, 1_767_225_599_999)),
    ("time millis", (1_577_836_800_000, 1_767_225_599_999)),
    (
        "timestamp us",
        (1_577_836_800_000_000, 1_767_225_599_999_999),
    ),
    (
        "timestamp micros",
        (1_577_836_800_000_000, 1_767_225_599_999_999),
    ),
    (
        "time nanos",
        (1_577_836_800_000_000_000, 1_767_225_599_999_999_999),
    ),
    (
        "unix nano",
        (1_577_836_800_000_000_000, 1_767_225_599_999_999_999),
    ),
    ("age", (18, 90)),
    ("year", (1990, 2025)),
    ("month", (1, 12)),
    ("day", (1, 28)),
    ("hours", (0, 23)),
    ("hour", (0, 23)),
    ("minute", (0, 59)),
    ("minutes", (0, 59)),
    ("seconds", (0, 59)),
    ("nanos", (0, 999_999_999)),
    ("page size", (10, 100)),
    ("limit", (10, 100)),
    ("max results", (10, 100)),
    ("page", (1, 20)),
    ("offset", (0, 1000)),
    ("port", (1024, 65_535)),
    ("percent", (0, 100)),
    ("quantity", (1, 20)),
    ("count", (1, 100)),
    ("priority", (1, 10)),
    ("rating", (1, 5)),
    ("score", (0, 100)),
    ("cents", (100, 99_999)),
];

const REALS: [(&str, (f64, f64, f64)); 18] = [
    ("lat", (-90.0, 90.0, 1e6)),
    ("latitude", (-90.0, 90.0, 1e6)),
    ("lng", (-180.0, 180.0, 1e6)),
    ("lon", (-180.0, 180.0, 1e6)),
    ("long", (-180.0, 180.0, 1e6)),
    ("longitude", (-180.0, 180.0, 1e6)),
    ("price", (1.0, 1000.0, 100.0)),
    ("amount", (1.0, 1000.0, 100.0)),
    ("cost", (1.0, 1000.0, 100.0)),
    ("ratio", (0.0, 1.0, 1e4)),
    ("probability", (0.0, 1.0, 1e4)),
    ("confidence", (0.0, 1.0, 1e4)),
    ("weight", (0.1, 100.0, 10.0)),
    ("percent", (0.0, 100.0, 10.0)),
    ("score", (0.0, 1.0, 1e4)),
    ("rating", (1.0, 5.0, 10.0)),
    ("temperature", (-20.0, 40.0, 10.0)),
    ("ts", (1_577_836_800.0, 1_767_225_599.0, 1000.0)),
];

const SIZES: [(&str, (u64, u64)); 8] = [
    ("hash", (32, 32)),
    ("digest", (32, 32)),
    ("sha256", (32, 32)),
    ("signature", (64, 64)),
    ("uuid", (16, 16)),
    ("id", (16, 16)),
    ("key", (32, 32)),
    ("nonce", (12, 12)),
];

fn find<'a, T>(table: &'a [(&str, T)], words: &[String]) -> Option<&'a T> {
    let fits = |row: &str| {
        let mut rest = words.iter().rev();
        row.rsplit(' ')
            .all(|word| rest.next().is_some_and(|own| own == word))
    };
    // The row with the most words is meant, wherever it stands.
    let fitting = table.iter().filter(|(row, _)| fits(row));
    let best = fitting
        .rev()
        .max_by_key(|(row, _)| row.split(' ').count())?;
    Some(&best.1)
}

fn split(name: &str, repeated: bool) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if c == '_' || (c.is_ascii_uppercase() && lower) {
            words.push(String::new());
        }
        lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        if let (true, Some(word)) = (c != '_', words.last_mut()) {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    // `address_line_1`
    if words.len() > 1
        && words[words.len() - 1]
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    {
        words.pop();
    }
    if repeated && let Some(last) = words.last_mut() {
        let singular = match () {
            () if last.ends_with("ies") => Some(format!("{}y", &last[..last.len() - 3])),
            () if last.ends_with("sses") || last.ends_with("hes") => {
                Some(last[..last.len() - 2].to_owned())
            }
            () if last.ends_with("ss") => None,
            () => last.strip_suffix('s').map(str::to_owned),
        };
        if let Some(singular) = singular {
            *last = singular;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_people_do() {
        for (name, repeated, expected) in [
            ("email", false, Some(Style::Email)),
            ("contact_email", false, Some(Style::Email)),
            ("contactEmail", false, Some(Style::Email)),
            ("emails", true, Some(Style::Email)),
            ("ip_addresses", true, Some(Style::Ipv4)),
            ("cities", true, Some(Style::City)),
            ("user_id", false, Some(Style::Uuid)),
            ("country_code", false, Some(Style::CountryCode)),
            ("country", false, Some(Style::Country)),
            ("homePageUrl", false, Some(Style::Url)),
            ("file_name", false, Some(Style::FileName)),
            ("name", false, Some(Style::FullName)),
            ("address_line_1", false, Some(Style::Street)),
            ("paid", false, None),
            ("__", false, None),
            ("", true, None),
        ] {
            assert_eq!(style(name, repeated), expected, "{name}");
        }
        assert_eq!(whole("page_size", false), Some((10, 100)));
        assert_eq!(real("lat", false).map(|range| range.0), Some(-90.0));
        assert_eq!(size("content_hash", false), Some((32, 32)));
    }

    #[test]
    fn no_row_stands_twice() {
        fn once<T>(table: &[(&str, T)]) {
            let mut rows: Vec<_> = table.iter().map(|(row, _)| row).collect();
            rows.sort_unstable();
            rows.dedup();
            assert_eq!(rows.len(), table.len());
        }
        once(&TEXTS);
        once(&WHOLES);
        once(&REALS);
        once(&SIZES);
    }
}
