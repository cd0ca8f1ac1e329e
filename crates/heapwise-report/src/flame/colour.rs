//! Which colour a frame of a picture has: its package's, by whose code it is.

use heapwise_analysis::flame::FlameFrame;
use heapwise_analysis::{Origin, Verdict};

/// Of frames that stand for none.
pub(super) const PLAIN: &str = "#d9d9de";

/// The colour of a frame: own code is warm, modules are cool, Go's own is grey.
pub(super) fn of_frame(frame: &FlameFrame) -> String {
    let package = frame.site.package.as_deref().unwrap_or("");
    let spread = hash(package);
    match frame.origin {
        Origin::Own => hsl(10 + spread % 40, 85, 72 + spread / 64 % 8),
        Origin::Module => hsl(170 + spread % 70, 45, 74 + spread / 128 % 8),
        Origin::StandardLibrary => hsl(220, 12, 80 + spread % 6),
        Origin::Runtime | Origin::Unknown => hsl(220, 6, 84),
    }
}

/// The colour of a change: red is more, blue is less, grey is noise; stronger where it is a larger
/// part of what was there.
pub(super) fn of_change(verdict: Verdict, share: f64) -> String {
    let strength = (share.abs().min(1.0) * 30.0) as u32;
    match verdict {
        Verdict::Increased | Verdict::New => hsl(4, 75, 84 - strength),
        Verdict::Decreased | Verdict::Gone => hsl(214, 70, 84 - strength),
        Verdict::NoChangeSeen | Verdict::Undecidable | Verdict::NotJudged => "#e2e2e6".to_owned(),
    }
}

/// The colour of a frame that is below zero, where nothing is compared.
pub(super) fn below_zero() -> String {
    of_change(Verdict::Decreased, 0.5)
}

fn hsl(hue: u32, saturation: u32, lightness: u32) -> String {
    format!("hsl({hue},{saturation}%,{lightness}%)")
}

/// FNV-1a, so that a package has its colour in every picture.
fn hash(text: &str) -> u32 {
    text.bytes().fold(2_166_136_261, |hash: u32, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    })
}
