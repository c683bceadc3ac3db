//! Made-up companies, people and addresses, in the scripts of many countries.
//!
//! Companies are variations of names that Microsoft uses for examples, mail goes to
//! `example.com`, and telephone numbers are of ranges that are kept free for fiction.

/// A country with customers in it.
#[derive(Debug)]
pub(crate) struct Country {
    /// Two letters (ISO 3166-1).
    pub(crate) code: &'static str,
    pub(crate) currency: &'static str,
    /// The language of its names, a place in [`LANGUAGES`].
    language: usize,
    /// As .NET names it.
    pub(crate) locale: &'static str,
    /// City, state and postal code.
    pub(crate) cities: &'static [(&'static str, Option<&'static str>, &'static str)],
}

/// How names are made in a language.
#[derive(Debug)]
pub(crate) struct Language {
    /// `{b}` is the brand, `{t}` the trade.
    pub(crate) company: &'static str,
    /// Brands, and how their domains write them.
    pub(crate) brands: &'static [(&'static str, &'static str)],
    pub(crate) trades: &'static [&'static str],
    pub(crate) streets: &'static [&'static str],
    /// `{n}` is the number of the house, `{s}` the street.
    pub(crate) address: &'static str,
    /// First names, and how mail addresses write them.
    pub(crate) first_names: &'static [(&'static str, &'static str)],
    pub(crate) last_names: &'static [(&'static str, &'static str)],
}

impl Country {
    pub(crate) fn language(&self) -> &'static Language {
        &LANGUAGES[self.language]
    }

    /// A telephone number, with `#` for any digit.
    pub(crate) fn phone(&self) -> &'static str {
        match self.code {
            "AU" => "+61 2 5550 ####",
            "DE" => "+49 30 23125 ###",
            "FR" => "+33 1 99 00 ## ##",
            "GB" => "+44 20 7946 0###",
            "IE" => "+353 20 910 ####",
            "SE" => "+46 8 465 004 ##",
            "CA" => "+1 613 555 01##",
            _ => "+1 425 555 01##",
        }
    }
}

/// The place of a country in [`COUNTRIES`].
pub(crate) fn country(code: &str) -> Option<usize> {
    COUNTRIES.iter().position(|country| country.code == code)
}

const EN: usize = 0;
const DE: usize = 1;
const FR: usize = 2;
const ES: usize = 3;
const PT: usize = 4;
const IT: usize = 5;
const NL: usize = 6;
const NORDIC: usize = 7;
const PL: usize = 8;
const CS: usize = 9;
const HU: usize = 10;
const RO: usize = 11;
const TR: usize = 12;
const VI: usize = 13;
const EL: usize = 14;
const UK: usize = 15;
const SR: usize = 16;
const AR: usize = 17;
const HE: usize = 18;
const HI: usize = 19;
const ZH: usize = 20;
const JA: usize = 21;
const KO: usize = 22;
const TH: usize = 23;

macro_rules! countries {
    ($($code:literal $currency:literal $language:ident $locale:literal
       $(($city:literal, $state:expr, $postal:literal))+;)+) => {
        [$(Country {
            code: $code,
            currency: $currency,
            language: $language,
            locale: $locale,
            cities: &[$(($city, $state, $postal)),+],
        }),+]
    };
}

/// How many of them come first because they are the ones that most customers are in.
pub(crate) const LARGE: u64 = 6;

/// Where customers are.
pub(crate) const COUNTRIES: [Country; 48] = countries! {
    "US" "USD" EN "en-US" ("Redmond", Some("WA"), "98052") ("Portland", Some("OR"), "97201")
        ("St. Paul", Some("MN"), "55101") ("San José", Some("CA"), "95110");
    "GB" "GBP" EN "en-GB" ("London", None, "EC1A 1BB") ("Stoke-on-Trent", Some("Staffs"), "ST1 1AA");
    "DE" "EUR" DE "de-DE" ("Köln", Some("NW"), "50667") ("Gießen", Some("HE"), "35390");
    "FR" "EUR" FR "fr-FR" ("Lyon", None, "69001") ("L'Haÿ-les-Roses", None, "94240");
    "JP" "JPY" JA "ja-JP" ("東京都", None, "100-0001") ("大阪市", Some("大阪府"), "530-0001");
    "IN" "INR" HI "hi-IN" ("नई दिल्ली", Some("DL"), "110001") ("Bengaluru", Some("KA"), "560001");
    "AE" "AED" AR "ar-AE" ("دبي", None, "00000");
    "AR" "ARS" ES "es-AR" ("Córdoba", Some("X"), "X5000");
    "AT" "EUR" DE "de-AT" ("Innsbruck", None, "6020") ("St. Pölten", None, "3100");
    "AU" "AUD" EN "en-AU" ("Sydney", Some("NSW"), "2000") ("Wagga Wagga", Some("NSW"), "2650");
    "BE" "EUR" FR "fr-BE" ("Liège", None, "4000");
    "BG" "BGN" UK "bg-BG" ("София", None, "1000");
    "BR" "BRL" PT "pt-BR" ("São Paulo", Some("SP"), "01001-000");
    "CA" "CAD" EN "en-CA" ("Toronto", Some("ON"), "M5H 1A1") ("Montréal", Some("QC"), "H2Y 1A1");
    "CH" "CHF" DE "de-CH" ("Zürich", Some("ZH"), "8001");
    "CN" "CNY" ZH "zh-CN" ("上海市", None, "200000") ("深圳市", Some("广东省"), "518000");
    "CO" "COP" ES "es-CO" ("Bogotá", None, "110111");
    "CZ" "CZK" CS "cs-CZ" ("Plzeň", None, "301 00");
    "DK" "DKK" NORDIC "da-DK" ("Århus", None, "8000");
    "EG" "EGP" AR "ar-EG" ("القاهرة", None, "11511");
    "ES" "EUR" ES "es-ES" ("A Coruña", Some("C"), "15001");
    "FI" "EUR" NORDIC "fi-FI" ("Jyväskylä", None, "40100");
    "GR" "EUR" EL "el-GR" ("Αθήνα", None, "105 57");
    "HK" "HKD" ZH "zh-HK" ("香港", None, "");
    "HU" "HUF" HU "hu-HU" ("Győr", None, "9021");
    "IE" "EUR" EN "en-IE" ("Dún Laoghaire", Some("Co. Dublin"), "A96 X000");
    "IL" "ILS" HE "he-IL" ("תל אביב", None, "6100000");
    "IS" "ISK" NORDIC "is-IS" ("Ísafjörður", None, "400");
    "IT" "EUR" IT "it-IT" ("Forlì", Some("FC"), "47121");
    "KR" "KRW" KO "ko-KR" ("서울특별시", None, "03000");
    "KZ" "KZT" UK "kk-KZ" ("Алматы", None, "050000");
    "MX" "MXN" ES "es-MX" ("Mérida", Some("YUC"), "97000");
    "NL" "EUR" NL "nl-NL" ("'s-Hertogenbosch", None, "5211 AA");
    "NO" "NOK" NORDIC "nb-NO" ("Tromsø", None, "9008");
    "NZ" "NZD" EN "en-NZ" ("Whangārei", None, "0110");
    "PL" "PLN" PL "pl-PL" ("Łódź", None, "90-001");
    "PT" "EUR" PT "pt-PT" ("Évora", None, "7000-001");
    "RO" "RON" RO "ro-RO" ("Iași", None, "700001");
    "RS" "RSD" SR "sr-Cyrl-RS" ("Нови Сад", None, "21000");
    "SA" "SAR" AR "ar-SA" ("الرياض", None, "11564");
    "SE" "SEK" NORDIC "sv-SE" ("Malmö", None, "211 20");
    "SG" "SGD" EN "en-SG" ("Singapore", None, "018956");
    "TH" "THB" TH "th-TH" ("กรุงเทพมหานคร", None, "10200");
    "TR" "TRY" TR "tr-TR" ("İzmir", None, "35000");
    "TW" "TWD" ZH "zh-TW" ("台北市", None, "100");
    "UA" "UAH" UK "uk-UA" ("Львів", None, "79000");
    "VN" "VND" VI "vi-VN" ("Đà Nẵng", None, "550000");
    "ZA" "ZAR" EN "en-ZA" ("Cape Town", Some("WC"), "8001");
};

macro_rules! languages {
    ($($company:literal, $address:literal:
       [$($brands:tt)+] [$($trades:tt)+] [$($streets:tt)+] [$($first:tt)+] [$($last:tt)+];)+) => {
        [$(Language {
            company: $company,
            address: $address,
            brands: &[$($brands)+],
            trades: &[$($trades)+],
            streets: &[$($streets)+],
            first_names: &[$($first)+],
            last_names: &[$($last)+],
        }),+]
    };
}

/// The languages that countries refer to. Names have the traps of real ones: entities,
/// quotes, apostrophes, marks that combine.
#[rustfmt::skip]
const LANGUAGES: [Language; 24] = languages! {
    "{b} {t}", "{n} {s}":
        [("Contoso", "contoso"), ("Fabrikam", "fabrikam"), ("Adventure Works", "adventureworks"), ("Wingtip", "wingtip"), ("Northwind", "northwind"), ("Wide World", "wideworld"), ("Tailspin", "tailspin"), ("Litware", "litware")]
        ["Ltd.", "&amp; Sons", "Toys, Inc.", "R&amp;D", "Coffee \"Fourth\"", "Importers", "<Pty> Ltd", "Health &amp; Care plc"]
        ["Example Way", "Sample Street", "King's Placeholder Road", "Specimen Parade"]
        [("Ada", "ada"), ("Femi", "femi"), ("Siân", "sian"), ("Mary-Jane", "maryjane"), ("Noah", "noah"), ("Olu", "olu")]
        [("Example", "example"), ("O'Sample", "osample"), ("van der Test", "vandertest"), ("McSpecimen", "mcspecimen"), ("Placeholder", "placeholder")];
    "{b} {t} GmbH", "{s} {n}":
        [("Contoso", "contoso"), ("Alpine Ski House", "alpineski"), ("Lamna", "lamna"), ("Süd-Fabrikam", "suedfabrikam")]
        ["Bäckerei", "Straßenbau", "Möbel &amp; Küchen", "Prüftechnik"]
        ["Musterweg", "Beispielstraße", "Am Probehügel"]
        [("Günther", "guenther"), ("Jörg", "joerg"), ("Zoë", "zoe"), ("Käthe", "kaethe")]
        [("Muster", "muster"), ("Vorbild", "vorbild"), ("Beißpiel", "beisspiel"), ("Öhrlich", "oehrlich")];
    "{t} {b} S.A.S.", "{n} {s}":
        [("Contoso", "contoso"), ("Coho", "coho"), ("L'Étoile Fabrikam", "etoilefabrikam"), ("Proseware", "proseware")]
        ["Domaine", "Société", "Boulangerie-pâtisserie", "Études &amp; Œuvres"]
        ["rue de l'Exemple", "allée du Modèle", "impasse de l'Échantillon"]
        [("Éloïse", "eloise"), ("François", "francois"), ("Anaïs", "anais"), ("Jean-Noël", "jeannoel")]
        [("Exemple", "exemple"), ("Modèle", "modele"), ("d'Épreuve", "depreuve"), ("Lefictif", "lefictif")];
    "{t} {b} S.A.", "{s} {n}":
        [("Contoso", "contoso"), ("Ñandú Fabrikam", "nandufabrikam"), ("Margie", "margie"), ("Woodgrove", "woodgrove")]
        ["Viñedos", "Compañía", "Construcción", "Logística &amp; Envíos"]
        ["Calle del Ejemplo", "Avenida Muestra", "Paseo Ficción"]
        [("Íñigo", "inigo"), ("Begoña", "begona"), ("José", "jose"), ("Lucía", "lucia")]
        [("Ejemplo", "ejemplo"), ("Muñoz Prueba", "munozprueba"), ("Ficción", "ficcion"), ("de la Muestra", "delamuestra")];
    "{t} {b} Ltda.", "{s}, {n}":
        [("Contoso", "contoso"), ("Woodgrove", "woodgrove"), ("São Fabrikam", "saofabrikam"), ("Relecloud", "relecloud")]
        ["Banco", "Padaria e Cia.", "Construções", "Irmãos"]
        ["Rua do Exemplo", "Avenida da Amostra", "Travessa da Ficção"]
        [("João", "joao"), ("Conceição", "conceicao"), ("Zé", "ze"), ("Inês", "ines")]
        [("Exemplo", "exemplo"), ("Amostra", "amostra"), ("Padrão", "padrao"), ("Fictício", "ficticio")];
    "{t} {b} S.r.l.", "{s} {n}":
        [("Contoso", "contoso"), ("Bellows", "bellows"), ("Fabrikam", "fabrikam"), ("Munson", "munson")]
        ["Officine", "Caffè", "Società", "Qualità &amp; Gusto"]
        ["via dell'Esempio", "piazza del Campione", "vicolo della Novità"]
        [("Chiara", "chiara"), ("Nicolò", "nicolo"), ("Desirée", "desiree"), ("Elia", "elia")]
        [("Esempio", "esempio"), ("D'Esempio", "desempio"), ("Prova", "prova"), ("Campiòne", "campione")];
    "{b} {t} B.V.", "{s} {n}":
        [("Contoso", "contoso"), ("Fabrikam", "fabrikam"), ("Van Arsdel", "vanarsdel"), ("Trey", "trey")]
        ["Coöperatie", "Bloemen &amp; Planten", "Zeehavens", "Ruïnes"]
        ["Voorbeeldstraat", "Illustratiekade", "Proefhoek"]
        [("Daniël", "daniel"), ("Noor", "noor"), ("Joséphine", "josephine"), ("Sjoerd", "sjoerd")]
        [("Voorbeeld", "voorbeeld"), ("Illustratie", "illustratie"), ("van 't Model", "vantmodel"), ("Proefstuk", "proefstuk")];
    "{b} {t} AS", "{s} {n}":
        [("Contoso", "contoso"), ("Wingtip", "wingtip"), ("Fjørd Fabrikam", "fjordfabrikam"), ("Þór Litware", "thorlitware")]
        ["Leketøy", "Bröd &amp; Kaffe", "Käsityö", "Sjávarútvegur"]
        ["Eksempelveien", "Provgatan", "Esimerkkikatu"]
        [("Åse", "aase"), ("Björn", "bjorn"), ("Päivi", "paivi"), ("Sørine", "sorine")]
        [("Eksempel", "eksempel"), ("Mønster", "monster"), ("Esimerkki", "esimerkki"), ("Prøvesen", "provesen")];
    "{t} {b} sp. z o.o.", "{s} {n}":
        [("Contoso", "contoso"), ("Lamna", "lamna"), ("Świt Fabrikam", "switfabrikam")]
        ["Łódzkie Zakłady", "Usługi", "Piekarnia &amp; Kawiarnia"]
        ["ulica Przykładowa", "aleja Wzorcowa"]
        [("Łucja", "lucja"), ("Żaneta", "zaneta"), ("Stanisław", "stanislaw")]
        [("Próba", "proba"), ("Przykład", "przyklad"), ("Wzorzęc", "wzorzec")];
    "{t} {b} s.r.o.", "{s} {n}":
        [("Contoso", "contoso"), ("Fabrikam", "fabrikam"), ("Žluťoučký Litware", "zlutouckylitware")]
        ["Pivovar", "Účetní služby", "Truhlářství"]
        ["Příkladová", "Vzorová"]
        [("Řehoř", "rehor"), ("Šárka", "sarka"), ("Bořivoj", "borivoj")]
        [("Příklad", "priklad"), ("Vzorový", "vzorovy"), ("Zkouška", "zkouska")];
    "{b} {t} Kft.", "{s} {n}.":
        [("Contoso", "contoso"), ("Fabrikam", "fabrikam"), ("Őszi Litware", "oszilitware")]
        ["Pékség", "Gépgyártó", "Könyvelő"]
        ["Példa utca", "Minta út"]
        [("Győző", "gyozo"), ("Réka", "reka"), ("Ödön", "odon")]
        [("Példa", "pelda"), ("Minta", "minta"), ("Próbaházi", "probahazi")];
    "{t} {b} S.R.L.", "{s} nr. {n}":
        [("Contoso", "contoso"), ("Fabrikam", "fabrikam"), ("Țara Litware", "taralitware")]
        ["Brutăria", "Construcții", "Îngrijiri"]
        ["strada Exemplului", "bulevardul Modelului"]
        [("Ștefan", "stefan"), ("Ioana", "ioana"), ("Brândușa", "brandusa")]
        [("Exemplu", "exemplu"), ("Mostră", "mostra"), ("Țintă", "tinta")];
    "{b} {t} A.Ş.", "{s} No: {n}":
        [("Contoso", "contoso"), ("Fabrikam", "fabrikam"), ("Işık Litware", "isiklitware")]
        ["Çay ve Kahve", "İnşaat", "Gıda"]
        ["Örnek Sokağı", "Deneme Caddesi"]
        [("Çağla", "cagla"), ("İbrahim", "ibrahim"), ("Özgür", "ozgur")]
        [("Örnek", "ornek"), ("Deneme", "deneme"), ("Sınayıcı", "sinayici")];
    "Công ty {t} {b}", "{n} {s}":
        [("Contoso", "contoso"), ("Fabrikam", "fabrikam")]
        ["Cà phê", "Xây dựng", "Vận tải"]
        ["đường Ví Dụ", "phố Thử Nghiệm"]
        [("Đức", "duc"), ("Hạnh", "hanh"), ("Ngọc", "ngoc")]
        [("Nguyễn Ví Dụ", "nguyenvidu"), ("Trần Mẫu", "tranmau")];
    "{b} {t} Α.Ε.", "{s} {n}":
        [("Κόντοσο", "contoso"), ("Φάμπρικαμ", "fabrikam")]
        ["Ναυτιλιακή", "Τρόφιμα", "Ιατρικά Είδη"]
        ["οδός Παραδείγματος", "λεωφόρος Δοκιμής"]
        [("Ελένη", "eleni"), ("Γιώργος", "giorgos"), ("Αφροδίτη", "afroditi")]
        [("Παραδείγματος", "paradeigmatos"), ("Δοκιμάκης", "dokimakis"), ("Δείγμα", "deigma")];
    "ТОВ «{b} {t}»", "{s}, {n}":
        [("Контосо", "contoso"), ("Фабрікам", "fabrikam")]
        ["Логістика", "Хліб і кава", "Обʼєднання"]
        ["вулиця Прикладна", "проспект Зразковий"]
        [("Соломія", "solomiia"), ("Їжак", "yizhak"), ("Андрій", "andrii")]
        [("Приклад", "pryklad"), ("Зразкова", "zrazkova"), ("Вигаданий", "vyhadanyi")];
    "{b} {t} д.о.о.", "{s} {n}":
        [("Контосо", "contoso"), ("Фабрикам", "fabrikam")]
        ["Пекара", "Грађевина", "Услуге"]
        ["улица Примера", "булевар Узорка"]
        [("Љиљана", "ljiljana"), ("Ђорђе", "djordje"), ("Њежана", "njezana")]
        [("Примеровић", "primerovic"), ("Узорак", "uzorak")];
    "شركة {b} {t}", "{s} {n}":
        [("كونتوسو", "contoso"), ("فابريكام", "fabrikam")]
        ["للتجارة", "للمقاولات", "للأغذية"]
        ["شارع المثال", "طريق التجربة"]
        [("ليلى", "layla"), ("عمر", "omar"), ("نورة", "noura")]
        [("المثال", "almithal"), ("النموذجي", "alnamudhaji"), ("التجريبي", "altajribi")];
    "{b} {t} בע\"מ", "{s} {n}":
        [("קונטוסו", "contoso"), ("פבריקם", "fabrikam")]
        ["שיווק", "תעשיות", "מזון"]
        ["רחוב הדוגמה", "שדרות הניסיון"]
        [("נועה", "noa"), ("איתן", "eitan"), ("צופיה", "tzofia")]
        [("דוגמה", "dugma"), ("בן־ניסיון", "bennisayon"), ("לדוגמה", "ledugma")];
    "{b} {t} प्रा. लि.", "{n}, {s}":
        [("कोंटोसो", "contoso"), ("फैब्रिकैम", "fabrikam")]
        ["उद्योग", "सेवाएँ", "खाद्य"]
        ["उदाहरण मार्ग", "नमूना पथ"]
        [("आशा", "asha"), ("कृष्ण", "krishna"), ("प्रिया", "priya")]
        [("उदाहरण", "udaharan"), ("नमूना", "namuna"), ("परीक्षण", "parikshan")];
    "{b}{t}有限公司", "{s}{n}号":
        [("康托索", "contoso"), ("法布里卡姆", "fabrikam"), ("𠮷祥", "jixiang")]
        ["科技", "贸易", "医疗器械"]
        ["示例路", "样本街"]
        [("丽", "li"), ("伟", "wei"), ("雪", "xue")]
        [("范例", "fanli"), ("样", "yang"), ("欧阳", "ouyang")];
    "株式会社{b}{t}", "{s}{n}番地":
        [("コントソ", "contoso"), ("ファブリカム", "fabrikam"), ("ﾘﾄｳｪｱ", "litware")]
        ["商事", "製作所", "フーズ"]
        ["例示町", "見本通り"]
        [("花子", "hanako"), ("大輔", "daisuke"), ("さくら", "sakura")]
        [("見本", "mihon"), ("例題", "reidai"), ("𠮷田", "yoshida")];
    "주식회사 {b}{t}", "{s} {n}":
        [("콘토소", "contoso"), ("패브리캄", "fabrikam")]
        ["물산", "전자", "식품"]
        ["예시로", "견본길"]
        [("지우", "jiwoo"), ("서연", "seoyeon"), ("민준", "minjun")]
        [("견본", "gyeonbon"), ("예", "ye"), ("남궁", "namgung")];
    "บริษัท {b} {t} จำกัด", "{n} {s}":
        [("คอนโทโซ", "contoso"), ("แฟบริแคม", "fabrikam")]
        ["การค้า", "ก่อสร้าง", "อาหาร"]
        ["ถนนตัวอย่าง", "ซอยทดสอบ"]
        [("มาลี", "mali"), ("สมชาย", "somchai"), ("น้ำฝน", "namfon")]
        [("ตัวอย่าง", "tuayang"), ("ทดสอบ", "thotsop")];
};

/// Somebody who works on referrals: first name, last name, mail address.
pub(crate) type Colleague = (&'static str, &'static str, &'static str);

/// People of the organizations in [`super::ORGANIZATIONS`], in its order: the first
/// [`OWN`] of the own one, then [`MICROSOFTS`], then [`PARTNERS`] of each partner.
pub(crate) const COLLEAGUES: [Colleague; 34] = [
    ("Ada", "Example", "ada.example@fabrikam.example.com"),
    ("Bilal", "Muster", "bilal.muster@fabrikam.example.com"),
    ("Chiara", "Esempio", "chiara.esempio@fabrikam.example.com"),
    ("Daisuke", "Mihon", "daisuke.mihon@fabrikam.example.com"),
    ("Éloïse", "Modèle", "eloise.modele@fabrikam.example.com"),
    ("Femi", "O'Sample", "femi.o'sample@fabrikam.example.com"),
    (
        "Günther",
        "Vorbild",
        "guenther.vorbild@fabrikam.example.com",
    ),
    ("Hana", "Próba", "hana.proba@fabrikam.example.com"),
    ("Íñigo", "Ejemplo", "inigo.ejemplo@fabrikam.example.com"),
    ("Ji-woo", "Gyeonbon", "jiwoo.gyeonbon@fabrikam.example.com"),
    ("Kṛṣṇa", "Namuna", "krishna.namuna@fabrikam.example.com"),
    ("Łucja", "Przykład", "lucja.przyklad@fabrikam.example.com"),
    ("ليلى", "المثال", "layla.almithal@fabrikam.example.com"),
    ("Νίκος", "Δείγμα", "nikos.deigma@fabrikam.example.com"),
    ("Олена", "Зразкова", "olena.zrazkova@fabrikam.example.com"),
    ("สมชาย", "ทดสอบ", "somchai.thotsop@fabrikam.example.com"),
    ("Pat", "Seller", "pat.seller@microsoft.example.com"),
    ("Quinn", "Manager", "quinn.manager@microsoft.example.com"),
    (
        "Renée",
        "Architect",
        "renee.architect@microsoft.example.com",
    ),
    (
        "Sasha",
        "Specialist",
        "sasha.specialist@microsoft.example.com",
    ),
    ("Tomás", "Director", "tomas.director@microsoft.example.com"),
    ("雪", "Advisor", "xue.advisor@microsoft.example.com"),
    (
        "Uma",
        "Placeholder",
        "uma.placeholder@northwind.example.com",
    ),
    (
        "Victor",
        "Fictício",
        "victor.ficticio@northwind.example.com",
    ),
    ("Wanjiru", "Sample", "wanjiru.sample@northwind.example.com"),
    ("Ximena", "Prueba", "ximena.prueba@northwind.example.com"),
    ("Yusuf", "Örnek", "yusuf.ornek@proseware.example.com"),
    ("Zoë", "Proefstuk", "zoe.proefstuk@proseware.example.com"),
    ("Åse", "Mønster", "aase.monster@proseware.example.com"),
    ("Bjørk", "Prøve", "bjork.prove@proseware.example.com"),
    ("Čeněk", "Příklad", "cenek.priklad@trey.example.com"),
    ("Đức", "Ví Dụ", "duc.vidu@trey.example.com"),
    ("Elif", "Deneme", "elif.deneme@trey.example.com"),
    ("फ़राह", "उदाहरण", "farah.udaharan@trey.example.com"),
];

/// How many colleagues each organization has.
pub(crate) const OWN: usize = 16;
pub(crate) const MICROSOFTS: usize = 6;
pub(crate) const PARTNERS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_language_and_every_mail_address_is_an_example() {
        for country in &COUNTRIES {
            assert!(!country.language().brands.is_empty(), "{}", country.code);
            let phone = country.phone();
            assert!(phone.contains('#') && phone.starts_with('+'), "{phone}");
        }
        let used = |place| COUNTRIES.iter().any(|country| country.language == place);
        assert!((0..LANGUAGES.len()).all(used));
        for (_, _, email) in COLLEAGUES {
            assert!(
                email.is_ascii() && email.ends_with(".example.com"),
                "{email}"
            );
        }
        assert_eq!(COLLEAGUES.len(), OWN + MICROSOFTS + 3 * PARTNERS);
    }
}
