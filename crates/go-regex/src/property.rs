//! Properties of Unicode: `\pL`, `\p{Greek}`.

use super::Error;
use super::escape::{NOTHING, before, next_char};

/// Reads a property of Unicode such as `\pL` or `\P{Greek}` at the start of a text, writes it, and
/// returns the rest; `None` when there is none (regexp/syntax/parse.go: parseUnicodeClass).
pub(super) fn read_property<'a>(text: &'a str, out: &mut String) -> Result<Option<&'a str>, Error> {
    let (mut is_negated, rest) = match (text.strip_prefix("\\p"), text.strip_prefix("\\P")) {
        (Some(rest), _) => (false, rest),
        (_, Some(rest)) => (true, rest),
        _ => return Ok(None),
    };
    let refused = |part| Error::go("invalid character class range", part);
    let (name, rest) = match next_char(rest) {
        Some(('{', inner)) => inner.split_once('}').ok_or_else(|| refused(text))?,
        Some((_, after)) => (before(rest, after), after),
        None => ("", rest),
    };
    let name = match name.strip_prefix('^') {
        Some(name) => {
            is_negated = !is_negated;
            name
        }
        None => name,
    };
    let property = property(name).ok_or_else(|| refused(before(text, rest)))?;
    out.push_str(if is_negated { "[^" } else { "[" });
    out.push_str(&property);
    out.push(']');
    Ok(Some(rest))
}

/// What Go knows by a name, as an item of a class: letter case, spaces, hyphens and underscores do
/// not matter (regexp/syntax/parse.go: canonicalName, unicodeTable).
fn property(name: &str) -> Option<String> {
    let canonical: String = name
        .chars()
        .filter(|letter| !matches!(letter, '_' | '-' | ' '))
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let knows = |list: &str| {
        list.split_ascii_whitespace()
            .any(|known| known == canonical)
    };
    match canonical.as_str() {
        // No text has surrogates.
        "cs" | "surrogate" => Some(NOTHING.to_owned()),
        _ if knows(CATEGORIES) => Some(format!("\\p{{gc={canonical}}}")),
        _ if knows(SCRIPTS) => Some(format!("\\p{{sc={canonical}}}")),
        _ => None,
    }
}

/// General categories with their aliases, and what Go treats like one (unicode/tables.go:
/// Categories, CategoryAliases).
const CATEGORIES: &str = "any assigned ascii
    c cc cf cn co cs l lc ll lm lo lt lu m mc me mn n nd nl no p pc pd pe pf pi po ps s sc sk sm so
    z zl zp zs
    casedletter closepunctuation cntrl combiningmark connectorpunctuation control currencysymbol
    dashpunctuation decimalnumber digit enclosingmark finalpunctuation format initialpunctuation
    letter letternumber lineseparator lowercaseletter mark mathsymbol modifierletter modifiersymbol
    nonspacingmark number openpunctuation other otherletter othernumber otherpunctuation othersymbol
    paragraphseparator privateuse punct punctuation separator spaceseparator spacingmark surrogate
    symbol titlecaseletter unassigned uppercaseletter";

/// Scripts of Unicode 17 (unicode/tables.go: Scripts).
const SCRIPTS: &str = "
    adlam ahom anatolianhieroglyphs arabic armenian avestan balinese bamum bassavah batak
    bengali beriaerfe bhaiksuki bopomofo brahmi braille buginese buhid canadianaboriginal
    carian caucasianalbanian chakma cham cherokee chorasmian common coptic cuneiform cypriot
    cyprominoan cyrillic deseret devanagari divesakuru dogra duployan egyptianhieroglyphs
    elbasan elymaic ethiopic garay georgian glagolitic gothic grantha greek gujarati
    gunjalagondi gurmukhi gurungkhema han hangul hanifirohingya hanunoo hatran hebrew hiragana
    imperialaramaic inherited inscriptionalpahlavi inscriptionalparthian javanese kaithi
    kannada katakana kawi kayahli kharoshthi khitansmallscript khmer khojki khudawadi kiratrai
    lao latin lepcha limbu lineara linearb lisu lycian lydian mahajani makasar malayalam
    mandaic manichaean marchen masaramgondi medefaidrin meeteimayek mendekikakui
    meroiticcursive meroitichieroglyphs miao modi mongolian mro multani myanmar nabataean
    nagmundari nandinagari newtailue newa nko nushu nyiakengpuachuehmong ogham olchiki olonal
    oldhungarian olditalic oldnortharabian oldpermic oldpersian oldsogdian oldsoutharabian
    oldturkic olduyghur oriya osage osmanya pahawhhmong palmyrene paucinhau phagspa phoenician
    psalterpahlavi rejang runic samaritan saurashtra sharada shavian siddham sidetic
    signwriting sinhala sogdian sorasompeng soyombo sundanese sunuwar sylotinagri syriac
    tagalog tagbanwa taile taitham taiviet taiyo takri tamil tangsa tangut telugu thaana thai
    tibetan tifinagh tirhuta todhri tolongsiki toto tulutigalari ugaritic vai vithkuqi wancho
    warangciti yezidi yi zanabazarsquare";
