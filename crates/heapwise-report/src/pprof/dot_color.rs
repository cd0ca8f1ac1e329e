//! The colours of a picture's nodes.

/// Moves colours away from grey, so that more and less are told apart.
const SHIFT: f64 = 0.7;
/// Below this part colours fade to grey.
const FAINT: f64 = 0.2;

/// What a colour is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// Lines and text: strong.
    Front,
    /// What text stands on: light.
    Back,
}

/// From green for -1 over grey to red for 1 (graph/dotgraph.go: dotColor).
pub(super) fn color(score: f64, ground: Ground) -> String {
    let (mut saturation, value) = match ground {
        Ground::Front => (1.0, 0.7),
        Ground::Back => (0.1, 0.93),
    };
    let score = score.clamp(-1.0, 1.0);
    if score.abs() < FAINT {
        saturation *= score.abs() / FAINT;
    }
    let shifted = if score == 0.0 || score.is_nan() {
        score
    } else {
        score.signum() * power(score.abs())
    };
    let (red, green) = if shifted < 0.0 {
        (value * (1.0 + saturation * shifted), value)
    } else {
        (value, value * (1.0 - saturation * shifted))
    };
    let blue = value * (1.0 - saturation);
    let byte = |part: f64| (part * 255.0) as u8;
    format!("#{:02x}{:02x}{:02x}", byte(red), byte(green), byte(blue))
}

/// Go's math.Pow of an exponent below one half.
fn power(base: f64) -> f64 {
    const EXPONENT: f64 = 0.3;
    debug_assert!((1.0 - SHIFT - EXPONENT).abs() < 1e-9);
    if base == 1.0 {
        return 1.0;
    }
    (EXPONENT * base.ln()).exp()
}

#[cfg(test)]
mod tests {
    use super::{Ground, color};

    #[test]
    fn colours_by_sign_and_size() {
        for (score, front, back) in [
            (0.0, "#b2b2b2", "#ededed"),
            (1.0, "#b20000", "#edd5d5"),
            (5.0, "#b20000", "#edd5d5"),
            (-1.0, "#00b200", "#d5edd5"),
            (0.1, "#b28559", "#ede7e1"),
        ] {
            assert_eq!(color(score, Ground::Front), front, "{score}");
            assert_eq!(color(score, Ground::Back), back, "{score}");
        }
    }
}
