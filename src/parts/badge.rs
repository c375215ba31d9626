//! A deadline in a few letters.

use holdfast_desk::Instant;
use holdfast_desk::sla::Deadline;
use leptos::prelude::*;

use super::icon;
use crate::browser::clock;
use crate::desk::Desk;
use crate::desk::words::Due;

/// What a deadline says, from now on: it changes when its text does, and nothing wakes before that.
pub fn counting(desk: Desk, deadline: impl Fn() -> Option<Deadline> + Send + Sync + 'static) -> Memo<Due> {
    let rung = RwSignal::new(());
    let due = Memo::new(move |_| {
        rung.track();
        deadline().map(|deadline| Due::new(&deadline, desk.now())).unwrap_or_default()
    });
    Effect::new(move |_: Option<Option<clock::Alarm>>| {
        rung.track();
        let until = due.read().until?;
        Some(clock::alarm(until.plus_millis(-desk.offset_ms()), move || rung.set(())))
    });
    due
}

/// Rings for many badges at once, when the first of them says something else.
#[derive(Clone, Copy)]
pub struct Bell {
    rung: RwSignal<()>,
    next: StoredValue<Option<(Instant, clock::Alarm)>, LocalStorage>,
}

impl Bell {
    /// A bell that nobody waits for yet.
    pub fn new() -> Self {
        Self { rung: RwSignal::new(()), next: StoredValue::new_local(None) }
    }

    /// What a deadline says now; whoever asks is to ask again when it rings. Tracks changes.
    pub fn says(&self, desk: Desk, deadline: Option<Deadline>) -> Due {
        self.rung.track();
        let due = deadline.map(|deadline| Due::new(&deadline, desk.now())).unwrap_or_default();
        let bell = *self;
        self.next.update_value(|next| {
            let is_first = |until: &Instant| next.as_ref().is_none_or(|(next, _)| until < next);
            if let Some(until) = due.until.filter(is_first) {
                let ring = move || {
                    bell.next.set_value(None);
                    bell.rung.set(());
                };
                *next = Some((until, clock::alarm(until.plus_millis(-desk.offset_ms()), ring)));
            }
        });
        due
    }
}

/// A deadline, with icon and word besides its colour, that changes with what it says.
#[component]
pub fn Badge(
    /// What it says.
    #[prop(into)]
    due: Signal<Due>,
) -> impl IntoView {
    move || badge(&due.read())
}

/// A deadline as it is now.
pub fn badge(due: &Due) -> impl IntoView + use<> {
    view! {
        <span class="badge" data-state=due.state title=due.exact.clone()>
            {icon(due.icon)}
            <span class="cut">{due.text.clone()}</span>
        </span>
    }
}
