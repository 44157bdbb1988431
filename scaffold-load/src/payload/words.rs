//! Words to make text of. Changing a list changes the payloads of every seed.

pub(crate) const WORDS: [&str; 64] = [
    "amber", "anchor", "apple", "arrow", "autumn", "bamboo", "basket", "beacon", "birch", "bridge",
    "bronze", "cactus", "candle", "canyon", "cedar", "cherry", "cloud", "clover", "cobalt",
    "comet", "copper", "coral", "cotton", "crystal", "delta", "desert", "ember", "falcon",
    "feather", "fern", "forest", "garden", "ginger", "glacier", "granite", "harbor", "hazel",
    "indigo", "island", "ivory", "jasmine", "juniper", "lantern", "lemon", "maple", "marble",
    "meadow", "mirror", "nectar", "ocean", "olive", "orchid", "pebble", "pepper", "planet",
    "prairie", "quartz", "river", "saffron", "silver", "summit", "timber", "valley", "willow",
];

pub(crate) const FIRST_NAMES: [&str; 32] = [
    "Ada", "Amina", "Anders", "Chen", "Clara", "Daniel", "Elena", "Emeka", "Fatima", "Grace",
    "Hana", "Hugo", "Ines", "Isaac", "Jonas", "Kofi", "Lena", "Leila", "Luca", "Maria", "Mateo",
    "Nadia", "Noah", "Olga", "Pablo", "Priya", "Quentin", "Rosa", "Samir", "Sofia", "Tomas",
    "Yuki",
];

pub(crate) const LAST_NAMES: [&str; 32] = [
    "Almeida",
    "Andersson",
    "Bauer",
    "Becker",
    "Costa",
    "Diaz",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Haddad",
    "Ito",
    "Jensen",
    "Kaya",
    "Kim",
    "Kowalski",
    "Larsen",
    "Lopez",
    "Martin",
    "Mbeki",
    "Moreau",
    "Nakamura",
    "Novak",
    "Okafor",
    "Patel",
    "Petrov",
    "Rossi",
    "Sato",
    "Silva",
    "Smith",
    "Tanaka",
    "Weber",
    "Zhang",
];

/// City, country, ISO 3166 code, postal code: the four stay together in no
/// payload, each field draws its own.
pub(crate) const PLACES: [(&str, &str, &str, &str); 20] = [
    ("Amsterdam", "Netherlands", "NL", "1012 JS"),
    ("Athens", "Greece", "GR", "105 57"),
    ("Berlin", "Germany", "DE", "10115"),
    ("Buenos Aires", "Argentina", "AR", "C1002"),
    ("Cairo", "Egypt", "EG", "11511"),
    ("Chicago", "United States", "US", "60601"),
    ("Istanbul", "Turkey", "TR", "34110"),
    ("Jakarta", "Indonesia", "ID", "10110"),
    ("Lagos", "Nigeria", "NG", "100001"),
    ("Lima", "Peru", "PE", "15001"),
    ("London", "United Kingdom", "GB", "EC1A 1BB"),
    ("Madrid", "Spain", "ES", "28001"),
    ("Mumbai", "India", "IN", "400001"),
    ("Nairobi", "Kenya", "KE", "00100"),
    ("Oslo", "Norway", "NO", "0150"),
    ("Paris", "France", "FR", "75001"),
    ("Seoul", "South Korea", "KR", "04524"),
    ("Sydney", "Australia", "AU", "2000"),
    ("Tokyo", "Japan", "JP", "100-0001"),
    ("Toronto", "Canada", "CA", "M5H 2N2"),
];

pub(crate) const COMPANIES: [&str; 8] = [
    "Acme",
    "Brightwater",
    "Cobalt Works",
    "Fernhill",
    "Northwind",
    "Quarry & Sons",
    "Redwood Labs",
    "Tidewater",
];

pub(crate) const STATUSES: [&str; 6] = [
    "active",
    "pending",
    "done",
    "failed",
    "cancelled",
    "archived",
];

pub(crate) const CURRENCIES: [&str; 8] = ["EUR", "USD", "GBP", "JPY", "CHF", "SEK", "INR", "BRL"];

pub(crate) const LANGUAGES: [&str; 8] = [
    "en-US", "de-DE", "fr-FR", "es-ES", "ja-JP", "pt-BR", "hi-IN", "ko-KR",
];

pub(crate) const TIME_ZONES: [&str; 8] = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Africa/Nairobi",
    "Australia/Sydney",
];

pub(crate) const MIME_TYPES: [&str; 6] = [
    "application/json",
    "application/pdf",
    "image/png",
    "image/jpeg",
    "text/plain",
    "text/csv",
];

pub(crate) const USER_AGENTS: [&str; 4] = [
    "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
    "grpc-go/1.80.0",
    "curl/8.15.0",
];

pub(crate) const COLORS: [&str; 8] = [
    "red", "orange", "yellow", "green", "teal", "blue", "purple", "grey",
];

pub(crate) const REGIONS: [&str; 8] = [
    "eu-central-1",
    "eu-west-1",
    "us-east-1",
    "us-west-2",
    "ap-south-1",
    "ap-northeast-1",
    "sa-east-1",
    "af-south-1",
];
