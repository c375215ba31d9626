//! What this browser knows of time zones, as tables: for a desk without a server.

use std::ops::Range;

use chrono::NaiveDate;
use holdfast_desk::Instant;
use holdfast_desk::sla::Zone;
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::clock;

/// Seconds whose changes are looked for at a time: ten years, some milliseconds' work.
const AT_ONCE: i64 = 3_650 * 86_400;

/// The table of a zone; `None` when this browser knows none of this name. The page answers meanwhile.
pub async fn table(name: &str) -> Option<Zone> {
    let shown = wall_clock(name).ok()?;
    let mut offset_at = |seconds: i64| offset(&shown, seconds).unwrap_or_default();
    let Range { start, end } = Zone::SPAN;
    let (mut changes, mut from) = (Vec::new(), start);
    while from < end {
        let to = end.min(from + AT_ONCE);
        changes.extend(Zone::changes(from..to, &mut offset_at));
        clock::sleep(0).await;
        from = to;
    }
    let (offset, since) = (offset_at(start), Instant::default());
    Some(Zone { name: name.to_owned(), version: version(), offset, changes, since })
}

/// Browsers do not tell which release of the zones they have; they have it for as long as their own version.
fn version() -> String {
    let agent = web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default();
    let words = || agent.split(' ').filter(|word| word.contains('/'));
    let is = |product: &str, word: &str| word.split('/').next().is_some_and(|name| name.ends_with(product));
    let products = ["Firefox", "Edg", "Chrome", "Version"];
    let product = products.iter().find_map(|product| words().find(|word| is(product, word)));
    product.unwrap_or("this browser").to_owned()
}

/// What a clock on the wall shows there, as a function from milliseconds to a text.
fn wall_clock(zone: &str) -> Result<Function, JsValue> {
    let options = Object::new();
    let set = |name: &str, value: &str| Reflect::set(&options, &name.into(), &value.into());
    set("timeZone", zone)?;
    set("hourCycle", "h23")?;
    for part in ["year", "month", "day", "hour", "minute", "second"] {
        set(part, "numeric")?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
    let make: Function = Reflect::get(&intl, &"DateTimeFormat".into())?.dyn_into()?;
    let arguments = Array::of2(&"en-u-ca-gregory-nu-latn".into(), &options);
    // Throws when there is no such zone.
    let format = Reflect::construct(&make, &arguments)?;
    Reflect::get(&format, &"format".into())?.dyn_into()
}

/// The offset there in seconds east of UTC. A clock shows `2/29/2024, 23:59:59`.
fn offset(shown: &Function, seconds: i64) -> Option<i32> {
    let text = shown.call1(&JsValue::NULL, &(seconds as f64 * 1000.0).into()).ok()?.as_string()?;
    let mut numbers =
        text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok());
    let mut next = || -> Option<u32> { numbers.next() };
    let (month, day, year, hour, minute, second) = (next()?, next()?, next()?, next()?, next()?, next()?);
    let local = NaiveDate::from_ymd_opt(year as i32, month, day)?.and_hms_opt(hour, minute, second)?;
    Some((local.and_utc().timestamp() - seconds) as i32)
}
