//! The grammar of a trace line, for all versions since Go 1.5.
//!
//! ```text
//! 1.5        gc #N @S.sss s P%: a+b+c+d+e ms clock, a+b+c+d/e/f+g ms cpu, A->B->C MB, G MB goal, M P[ (forced)]
//! 1.6 on     gc N @S.sss s P%: a+b+c ms clock, a+b/c/d+e ms cpu, A->B->C MB, G MB goal, M P[ (forced)]
//! 1.18 on    ... G MB goal, K MB stacks, L MB globals, M P[ (forced)]
//! 1.26 on    ... P%[ (checking for goroutine leaks)]: ...
//! ```

use super::cycle::{GcClock, GcCpu, GcCycle};
use super::number::Rest;

/// Decimal places of a nanosecond in a second and in a millisecond.
const OF_SECONDS: i32 = 9;
const OF_MILLIS: i32 = 6;

/// Reads a line from its `gc ` on: the cycle, and what stands behind it. `None` for anything that is
/// not whole.
pub(super) fn cycle(text: &[u8]) -> Option<(GcCycle, &[u8])> {
    let mut scan = Rest(text);
    scan.expect(b"gc ")?;
    let _ = scan.expect(b"#");
    let number = scan.integer()?;
    scan.expect(b" @")?;
    let at_nanos = scan.decimal(OF_SECONDS)?;
    scan.expect(b"s ")?;
    let is_negative = scan.expect(b"-").is_some();
    let percent = Some(scan.integer()?).filter(|_| !is_negative);
    scan.expect(b"%")?;
    let is_leak_check = scan.expect(b" (checking for goroutine leaks)").is_some();
    scan.expect(b": ")?;
    let (clock, cpu) = phases(&mut scan)?;
    let heap_start_mib = scan.integer()?;
    arrow(&mut scan)?;
    let heap_end_mib = scan.integer()?;
    arrow(&mut scan)?;
    let heap_live_mib = scan.integer()?;
    scan.expect(b" MB, ")?;
    let heap_goal_mib = scan.integer()?;
    scan.expect(b" MB goal, ")?;
    let (stacks_mib, globals_mib) = roots(&mut scan)?;
    let procs = u32::try_from(scan.integer()?).ok()?;
    scan.expect(b" P")?;
    let is_forced = scan.expect(b" (forced)").is_some();
    let cycle = GcCycle {
        number,
        at_nanos,
        percent,
        clock,
        cpu,
        heap_start_mib,
        heap_end_mib,
        heap_live_mib,
        heap_goal_mib,
        stacks_mib,
        globals_mib,
        procs,
        is_forced,
        is_leak_check,
    };
    Some((cycle, scan.0))
}

/// What stands between the sizes of the heap, as Go writes it or as editors, chats and pages do.
fn arrow(scan: &mut Rest<'_>) -> Option<()> {
    const FORMS: [&str; 6] = ["→", "⇒", "➔", "–>", "—>", "-&gt;"];
    if scan.expect(b"->").is_some() {
        return Some(());
    }
    let rest = scan.0;
    let mut rests = FORMS
        .iter()
        .filter_map(|form| rest.strip_prefix(form.as_bytes()));
    scan.0 = rests.next()?;
    Some(())
}

/// Three phases, or the five of Go 1.5.
fn phases(scan: &mut Rest<'_>) -> Option<(GcClock, GcCpu)> {
    let sweep_termination = scan.decimal(OF_MILLIS)?;
    let second = next(scan, b"+")?;
    let third = next(scan, b"+")?;
    if scan.expect(b" ms clock, ").is_some() {
        let clock = GcClock {
            sweep_termination,
            scan: None,
            synchronize: None,
            mark: second,
            mark_termination: third,
        };
        return Some((clock, cpu(scan, false)?));
    }
    let mark = next(scan, b"+")?;
    let mark_termination = next(scan, b"+")?;
    scan.expect(b" ms clock, ")?;
    let clock = GcClock {
        sweep_termination,
        scan: Some(second),
        synchronize: Some(third),
        mark,
        mark_termination,
    };
    Some((clock, cpu(scan, true)?))
}

fn cpu(scan: &mut Rest<'_>, is_of_1_5: bool) -> Option<GcCpu> {
    let sweep_termination = scan.decimal(OF_MILLIS)?;
    let (roots, synchronize) = match is_of_1_5 {
        true => (Some(next(scan, b"+")?), Some(next(scan, b"+")?)),
        false => (None, None),
    };
    let cpu = GcCpu {
        sweep_termination,
        scan: roots,
        synchronize,
        assist: next(scan, b"+")?,
        background: next(scan, b"/")?,
        idle: next(scan, b"/")?,
        mark_termination: next(scan, b"+")?,
    };
    scan.expect(b" ms cpu, ")?;
    Some(cpu)
}

#[inline]
fn next(scan: &mut Rest<'_>, separator: &[u8; 1]) -> Option<u64> {
    scan.expect(separator)?;
    scan.decimal(OF_MILLIS)
}

/// `0 MB stacks, 0 MB globals, `, which older versions do not have.
fn roots(scan: &mut Rest<'_>) -> Option<(Option<u64>, Option<u64>)> {
    let before = *scan;
    let stacks = scan.integer()?;
    if scan.expect(b" MB stacks, ").is_none() {
        *scan = before;
        return Some((None, None));
    }
    let globals = scan.integer()?;
    scan.expect(b" MB globals, ")?;
    Some((Some(stacks), Some(globals)))
}
