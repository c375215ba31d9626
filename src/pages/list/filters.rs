//! Filters: what is asked of a queue beyond its view, as chips above the list; and choosing them.

use std::rc::Rc;

use holdfast_desk::queue::{Bound, Field, Query, Term, Test};
use leptos::prelude::*;

use super::said;
use crate::browser::dom;
use crate::desk::Desk;
use crate::pages::ui::{Asking, Ui};
use crate::parts::{Choice, Chooser, icon};

/// Spans that are offered, in minutes.
const SPANS: [u32; 10] = [15, 60, 120, 240, 480, 1_440, 2_880, 10_080, 20_160, 43_200];
/// Numbers that are offered.
const NUMBERS: [u32; 6] = [0, 1, 2, 3, 5, 10];

/// The chips.
#[component]
pub fn Chips() -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let terms = Memo::new(move |_| ui.asked.read().terms.clone());
    let unknown = Memo::new(move |_| desk.unknown(&terms.read()));
    let chip = move |(place, term): (usize, Term)| {
        let words = desk.reference().map(|reference| said::term(&term, &reference)).unwrap_or_default();
        let is_unknown = unknown.read().contains(&place);
        let field = term.field;
        view! {
            <span class="filter" role="listitem" data-unknown=is_unknown.then_some("")>
                <button
                    class="chip"
                    title="Change this filter"
                    on:click=move |_| ui.ask(Asking::Values(field, place))
                >
                    {is_unknown.then(|| icon("warning"))}
                    <span class="cut">{words.clone()}</span>
                    {is_unknown.then_some(" (nothing here is called so)")}
                </button>
                <button
                    class="chip chip-end"
                    aria-label=format!("Remove the filter {words}")
                    on:click=move |_| {
                        remove(ui, place);
                        dom::focus_soon("filter");
                    }
                >
                    {icon("close")}
                </button>
            </span>
        }
    };
    let clear = move |_| {
        ui.asked.update(|asked| asked.terms.clear());
        dom::focus_soon("filter");
    };
    view! {
        <Show when=move || !terms.read().is_empty()>
            <div class="chips">
                <div class="chips-list" role="list" aria-label="Filters">
                    {move || terms.get().into_iter().enumerate().map(chip).collect::<Vec<_>>()}
                </div>
                <button class="btn btn-quiet btn-small" on:click=clear>"Clear"</button>
            </div>
        </Show>
    }
}

/// Takes a filter away.
fn remove(ui: Ui, place: usize) {
    ui.asked.update(|asked| {
        if place < asked.terms.len() {
            asked.terms.remove(place);
        }
    });
}

/// Takes the last filter away.
pub fn remove_last(ui: Ui) {
    ui.asked.update(|asked| drop(asked.terms.pop()));
}

/// Every field to filter by.
#[component]
pub fn Fields() -> impl IntoView {
    let ui = expect_context::<Ui>();
    let place = ui.asked.with_untracked(|asked| asked.terms.len());
    let choice = |(field, _): (Field, &'static str)| {
        let then = move || ui.ask(Asking::Values(field, place));
        Choice::new("Filter by", said::field_icon(field), said::field(field).to_owned(), then)
    };
    let choices = Field::ALL.map(choice).to_vec();
    view! { <Chooser title="Filter by".to_owned() choices close=move || ui.asked() /> }
}

/// What of a field: in the place of a term that is there, or as one more.
#[component]
pub fn Values(field: Field, place: usize) -> impl IntoView {
    let (desk, ui) = (expect_context::<Desk>(), expect_context::<Ui>());
    let editing = Editing { ui, field, place, not: RwSignal::new(is_not(ui, place)) };
    let name = said::field(field);
    let mut choices: Vec<Choice> = desk
        .values(field)
        .into_iter()
        .map(|value| {
            let (word, is_it) = (value.word.clone(), value.word);
            let text = if field == Field::Is { said::capital(&value.name) } else { value.name };
            Choice::new(name, said::field_icon(field), text, move || editing.toggle(&word))
                .checked(move || editing.has(&is_it))
        })
        .collect();
    for test in offered(field) {
        let words = words_of(field, &test);
        choices.push(Choice::new(name, "clock", words, move || editing.put(test.clone())));
    }
    if choices.iter().any(|choice| choice.checked.is_some()) {
        let turn = move || editing.turn();
        choices.push(
            Choice::new("Turned round", "undo", "Everything but these".to_owned(), turn)
                .checked(move || editing.not.get()),
        );
    }
    let typed = move |typed: &str| {
        typed_tests(field, typed)
            .into_iter()
            .map(|test| {
                Choice::new("As typed", "plus", words_of(field, &test), move || editing.put(test.clone()))
            })
            .collect()
    };
    let title = match field {
        Field::Number => "Number: type it, or from which on".to_owned(),
        Field::Due => "Due: choose, or type 90m, 3d or 2026-03-01".to_owned(),
        _ => name.to_owned(),
    };
    view! { <Chooser title choices typed=Rc::new(typed) close=move || ui.asked() /> }
}

fn is_not(ui: Ui, place: usize) -> bool {
    ui.asked.with_untracked(|asked| asked.terms.get(place).is_some_and(|term| term.not))
}

/// A term that is being chosen. What is chosen shows in the list below at once.
#[derive(Clone, Copy)]
struct Editing {
    ui: Ui,
    field: Field,
    place: usize,
    not: RwSignal<bool>,
}

impl Editing {
    fn is_it(self, term: &Term) -> bool {
        term.field == self.field && matches!(term.test, Test::AnyOf(_))
    }

    fn has(self, word: &str) -> bool {
        let asked = self.ui.asked.read();
        let term = asked.terms.get(self.place).filter(|term| self.is_it(term));
        term.is_some_and(
            |term| matches!(&term.test, Test::AnyOf(values) if values.iter().any(|value| value == word)),
        )
    }

    fn toggle(self, word: &str) {
        self.ui.asked.update(|asked| {
            let here = asked.terms.get_mut(self.place).filter(|term| self.is_it(term));
            match here.map(|term| &mut term.test) {
                Some(Test::AnyOf(values)) => {
                    match values.iter().position(|value| value == word) {
                        Some(at) => drop(values.remove(at)),
                        None => values.push(word.to_owned()),
                    }
                    if values.is_empty() {
                        asked.terms.remove(self.place);
                    }
                }
                _ => {
                    let not = self.not.get_untracked();
                    let term = Term { not, ..Term::any_of(self.field, &[word]) };
                    asked.terms.insert(self.place.min(asked.terms.len()), term);
                }
            }
        });
    }

    /// Another test in the place of what is there.
    fn put(self, test: Test) {
        self.ui.asked.update(|asked| {
            let term = Term { not: false, field: self.field, test };
            match asked.terms.get_mut(self.place).filter(|there| there.field == self.field) {
                Some(there) => *there = term,
                None => asked.terms.insert(self.place.min(asked.terms.len()), term),
            }
        });
    }

    fn turn(self) {
        self.not.update(|not| *not = !*not);
        self.ui.asked.update(|asked| {
            if let Some(term) = asked.terms.get_mut(self.place).filter(|term| self.is_it(term)) {
                term.not = self.not.get_untracked();
            }
        });
    }
}

/// The ranges that are offered of a field.
fn offered(field: Field) -> Vec<Test> {
    let minutes = |of: fn(Bound) -> Test| SPANS.map(|span| of(Bound::Minutes(span)));
    let numbers = |of: fn(Bound) -> Test| NUMBERS.map(|number| of(Bound::Number(number)));
    match field {
        Field::Due => {
            let late = [Test::Under(Bound::Minutes(0))];
            late.into_iter().chain(minutes(Test::Under)).chain(minutes(Test::Over)).collect()
        }
        Field::Created | Field::Updated => {
            minutes(Test::Under).into_iter().chain(minutes(Test::Over)).collect()
        }
        Field::Replies | Field::Reopened | Field::Reassigned => {
            let under = numbers(Test::Under).into_iter().skip(1);
            numbers(Test::Over).into_iter().chain(under).collect()
        }
        _ => Vec::new(),
    }
}

/// What typed words may ask of a field of times or numbers.
fn typed_tests(field: Field, typed: &str) -> Vec<Test> {
    let is_of_ranges = !offered(field).is_empty() || field == Field::Number;
    if typed.is_empty() || typed.contains(char::is_whitespace) || !is_of_ranges {
        return Vec::new();
    }
    let signs: &[&str] = if field == Field::Number { &[":", ">", "<"] } else { &["<", ">"] };
    let read = |sign: &&str| {
        let query = Query::parse(&format!("{}{sign}{typed}", field.name()));
        query.terms.into_iter().next().map(|term| term.test)
    };
    signs.iter().filter_map(read).collect()
}

fn words_of(field: Field, test: &Test) -> String {
    let words = match test {
        Test::Under(bound) => said::range(field, *bound, true),
        Test::Over(bound) => said::range(field, *bound, false),
        Test::AnyOf(values) => values.join(" or "),
    };
    said::capital(&words)
}
