//! What happened at the demonstration desk, told a line a ticket.

use super::id_of;
use super::people::Cast;
use crate::ticket::{Cause, Created, TicketNumber};
use crate::{Change, Event, EventId, Instant, Rules, StatusId, StatusKind, TicketId};

/// How a ticket begins.
struct Story {
    /// How many minutes ago it was raised.
    ago: i64,
    /// Its subject.
    subject: &'static str,
    /// Requester, priority, category, channel, site.
    facts: [&'static str; 5],
    /// Team and agent; blank for none.
    given_to: [&'static str; 2],
    /// The whole of it.
    description: &'static str,
    /// What happened next: minutes after it was raised, who, what.
    then: &'static [(i64, &'static str, Step)],
}

/// What can happen in a story.
enum Step {
    Says(&'static str),
    Notes(&'static str),
    Goes(&'static str),
    Gives(&'static str, &'static str),
    Raises(&'static str),
}
use Step::{Gives, Goes, Notes, Raises, Says};

/// The number of the first ticket.
const FIRST_NUMBER: u32 = 1001;

#[rustfmt::skip]
const STORIES: &[Story] = &[
    Story { ago: 9200, subject: "Request a second screen", facts: ["Rosa", "p4", "hardware", "web", "Lyon office"], given_to: ["Workplace", "Chloe"],
        description: "My desk is the last one on the third floor with a single screen.",
        then: &[(60, "Chloe", Says("I have one in stock. It will be on your desk tomorrow.")), (60, "Chloe", Goes("open")), (1500, "Chloe", Goes("resolved")), (4400, "Chloe", Goes("closed"))] },
    Story { ago: 7300, subject: "Shared mailbox for the depot", facts: ["Oscar", "p3", "access", "email", "Depot 7"], given_to: ["Applications", "Elif"],
        description: "We need depot7@ with access for the four shift leads.",
        then: &[(90, "Elif", Says("Created. Could you send me the four names?")), (90, "Elif", Goes("pending")), (1400, "Oscar", Says("Marek, Nadia, Priya and me.")), (1400, "Oscar", Goes("open")), (1600, "Elif", Goes("resolved")), (5900, "Elif", Goes("closed"))] },
    Story { ago: 5400, subject: "Barcode scanners lose their pairing", facts: ["Marek", "p3", "hardware", "phone", "Depot 7"], given_to: ["Field service", "Farid"],
        description: "All six scanners at gate B have to be paired again every morning.",
        then: &[(200, "Farid", Says("I will look at the base station on Thursday when I am on site.")), (200, "Farid", Goes("open")), (2900, "Farid", Notes("Firmware 2.1 on all six. The supplier says 2.3 fixes it; ordered the update cable.")), (2900, "Farid", Goes("on_hold"))] },
    Story { ago: 4500, subject: "Door badge rejected at the north entrance", facts: ["Nadia", "p3", "access", "phone", "Lyon office"], given_to: ["Workplace", "Ana"],
        description: "Works at the south entrance, not at the north one.",
        then: &[(30, "Ana", Says("Which number is printed on the back of your badge?")), (30, "Ana", Goes("pending"))] },
    Story { ago: 4250, subject: "Old laptop battery swells", facts: ["Samuel", "p2", "hardware", "phone", "Depot 3"], given_to: ["Field service", "Ben"],
        description: "The case no longer closes. I have switched it off.",
        then: &[(25, "Ben", Says("Please keep it off and away from anything that burns. A courier brings a new one today.")), (25, "Ben", Goes("open")), (900, "Ben", Goes("resolved"))] },
    Story { ago: 3100, subject: "Time sheet shows last month", facts: ["Priya", "p4", "software", "web", "Home office"], given_to: ["Applications", ""],
        description: "The month picker jumps back to January each time I save.", then: &[] },
    Story { ago: 2900, subject: "Label printer prints blank labels", facts: ["Marek", "p2", "printing", "phone", "Depot 7"], given_to: ["Field service", "Farid"],
        description: "Gate B, the one on the left. The ribbon is new.",
        then: &[(40, "Farid", Says("Please check that the ribbon's dull side faces the label. If it still prints blank, leave it to me.")), (40, "Farid", Goes("open")), (800, "Marek", Says("It does. Still blank."))] },
    Story { ago: 2700, subject: "Wi-Fi in the new warehouse hall", facts: ["Oscar", "p3", "network", "site_visit", "Depot 3"], given_to: ["Network", "Ben"],
        description: "Hall C has no coverage behind the third row of shelves.",
        then: &[(300, "Ben", Notes("Two access points missing from the plan. Measured -84 dBm at row 5.")), (320, "Ben", Says("We will hang two more access points; I need a lift for half a day.")), (320, "Ben", Goes("on_hold"))] },
    Story { ago: 1650, subject: "Cannot open the quarterly report", facts: ["Quentin", "p3", "software", "email", "Lyon office"], given_to: ["Applications", "Elif"],
        description: "Excel says that the file is corrupt. It opened yesterday.",
        then: &[(120, "Elif", Says("I restored yesterday's version next to it. Can you open that one?")), (120, "Elif", Goes("pending"))] },
    Story { ago: 1500, subject: "VPN drops every hour", facts: ["Lena", "p2", "network", "phone", "Depot 7"], given_to: ["Network", "Ana"],
        description: "Since Monday the VPN drops at every full hour and I have to sign in again. Others at the depot see it too.",
        then: &[(50, "Ana", Says("Thank you, Lena. Does it also happen on the cable, or on the Wi-Fi only?")), (50, "Ana", Goes("open")), (180, "Lena", Says("On both. At 10:00 and 11:00 sharp today.")), (200, "Ana", Notes("Looks like the re-keying interval of the new gateway: 3600 s. Compare with Depot 3, which is fine."))] },
    Story { ago: 1420, subject: "New starter on Monday: account and laptop", facts: ["Rosa", "p3", "access", "web", "Lyon office"], given_to: ["Workplace", ""],
        description: "Tomas Berg starts on Monday in purchasing. Same rights as Quentin.", then: &[] },
    Story { ago: 1300, subject: "Phone queue drops callers", facts: ["Samuel", "p2", "phones", "phone", "Depot 3"], given_to: ["Network", ""],
        description: "Callers hear two rings and are cut off. About one in five.",
        then: &[(20, "Ben", Notes("SIP trunk shows 486 from the carrier at those times."))] },
    Story { ago: 1180, subject: "Password reset for the wholesale portal", facts: ["Nadia", "p3", "access", "web", "Lyon office"], given_to: ["Applications", "Chloe"],
        description: "The reset mail never arrives.",
        then: &[(35, "Chloe", Says("It was in quarantine. I released it; please try the link now.")), (35, "Chloe", Goes("resolved"))] },
    Story { ago: 1020, subject: "Handheld shows the wrong stock", facts: ["Marek", "p3", "software", "site_visit", "Depot 7"], given_to: ["Applications", "Elif"],
        description: "Article 40-1187: handheld says 12, shelf has 3.",
        then: &[(45, "Elif", Says("Your handheld last synced three days ago. I have started a full sync.")), (45, "Elif", Goes("open"))] },
    Story { ago: 900, subject: "Meeting room display stays black", facts: ["Quentin", "p4", "hardware", "web", "Lyon office"], given_to: ["Workplace", "Ana"],
        description: "Room Saône. The lamp is green.", then: &[] },
    Story { ago: 640, subject: "Printer on the second floor jams", facts: ["Priya", "p3", "printing", "web", "Lyon office"], given_to: ["Workplace", "Ana"],
        description: "Every double-sided page from tray 2.",
        then: &[(70, "Ana", Says("I will swap the duplex unit after lunch.")), (70, "Ana", Goes("open"))] },
    Story { ago: 410, subject: "Access to the supplier folder", facts: ["Oscar", "p3", "access", "email", "Depot 7"], given_to: ["Workplace", ""],
        description: "I took over supplier contracts from Samuel.", then: &[] },
    Story { ago: 265, subject: "Firewall blocks the customs gateway", facts: ["Samuel", "p1", "network", "phone", "Depot 3"], given_to: ["Network", "Ana"],
        description: "No truck can be cleared since 40 minutes. Error: connection refused on port 8443.",
        then: &[(12, "Ana", Says("On it. Can you tell me when the last clearance went through?")), (12, "Ana", Goes("open")), (30, "Samuel", Says("At 06:52.")), (45, "Ana", Notes("Rule set pushed at 06:50 by the provider. Asked for a rollback; ticket with them: 55812."))] },
    Story { ago: 215, subject: "Scanner at goods-in is offline", facts: ["Marek", "p2", "hardware", "phone", "Depot 7"], given_to: ["Field service", ""],
        description: "The fixed scanner above belt 2. Power light is off.", then: &[] },
    Story { ago: 190, subject: "Calendar invites arrive twice", facts: ["Rosa", "p4", "software", "email", "Lyon office"], given_to: ["Applications", ""],
        description: "Every invitation from outside comes in twice since the weekend.", then: &[] },
    Story { ago: 150, subject: "Cash terminal says 'no host'", facts: ["Nadia", "p1", "network", "phone", "Shop 12"], given_to: ["Network", "Ben"],
        description: "Both terminals. Customers can only pay cash.",
        then: &[(9, "Ben", Says("I can reach the shop's router. Please restart the left terminal while I watch.")), (9, "Ben", Goes("open")), (60, "Ben", Notes("Line flaps every 90 s. Carrier informed, they send somebody."))] },
    Story { ago: 118, subject: "Laptop does not wake from sleep", facts: ["Lena", "p3", "hardware", "web", "Depot 7"], given_to: ["Workplace", "Ana"],
        description: "I have to hold the power button every time I come back from lunch.", then: &[] },
    Story { ago: 95, subject: "Mail to customers bounces", facts: ["Quentin", "p2", "software", "email", "Lyon office"], given_to: ["Applications", "Elif"],
        description: "550 5.7.1 from two of our largest customers since this morning.",
        then: &[(15, "Elif", Says("Our sending address was put on a block list at 07:10. I have asked for removal.")), (15, "Elif", Goes("open")), (40, "Ines", Raises("p1"))] },
    Story { ago: 72, subject: "Site survey at Depot 9 on Thursday", facts: ["Oscar", "p3", "network", "site_visit", "Depot 9"], given_to: ["Field service", "Ben"],
        description: "Please note which cupboard the fibre comes in at, and take pictures.",
        then: &[(10, "Ines", Gives("Network", "Ana"))] },
    Story { ago: 38, subject: "Battery warning on the rack UPS", facts: ["Samuel", "p2", "hardware", "site_visit", "Depot 3"], given_to: ["Network", "Ana"],
        description: "It beeps every ten seconds. Display: 'replace battery 2'.", then: &[] },
    Story { ago: 21, subject: "Headset is silent in calls", facts: ["Priya", "p4", "phones", "web", "Home office"], given_to: ["Workplace", ""],
        description: "Music works, calls do not.", then: &[] },
    Story { ago: 6, subject: "Gate B cannot print delivery notes", facts: ["Marek", "p2", "printing", "phone", "Depot 7"], given_to: ["Network", ""],
        description: "Trucks are waiting. The printer is fine, the job never arrives.", then: &[] },
];

pub(super) fn events(now: Instant, rules: &Rules, cast: &Cast) -> Vec<Event> {
    let mut events: Vec<Event> = (FIRST_NUMBER..)
        .zip(STORIES)
        .flat_map(|(number, story)| story.told(now, TicketNumber(number), rules, cast))
        .collect();
    events.sort_by_key(|event| event.at);
    events
}

impl Story {
    fn told(&self, now: Instant, number: TicketNumber, rules: &Rules, cast: &Cast) -> Vec<Event> {
        let ticket = TicketId(id_of("ticket", self.subject));
        let raised = now.plus_seconds(-self.ago * 60);
        let [requester, priority, category, channel, site] = self.facts;
        let [team, agent] = self.given_to;
        let initial = rules.workflow.initial();
        let created = Change::Created(Box::new(Created {
            number: Some(number),
            subject: self.subject.to_owned(),
            description: self.description.to_owned(),
            requester: cast.person(requester),
            channel: channel.into(),
            status: initial.id.clone(),
            status_kind: initial.kind,
            priority: priority.into(),
            category: Some(category.into()),
            team: cast.team(team),
            agent: (!agent.is_empty()).then(|| cast.person(agent)),
            site: Some(site.to_owned()),
            asset: None,
            tags: Vec::new(),
        }));
        let first = (0, requester, created);
        let rest = self.then.iter().map(|(after, who, step)| (*after, *who, step.change(rules, cast)));
        std::iter::once(first)
            .chain(rest)
            .enumerate()
            .map(|(index, (after, who, change))| Event {
                id: EventId(id_of("event", &format!("{}/{index}", self.subject))),
                ticket,
                by: cast.person(who),
                at: raised.plus_seconds(after * 60),
                changes: vec![change],
            })
            .collect()
    }
}

impl Step {
    fn change(&self, rules: &Rules, cast: &Cast) -> Change {
        match self {
            Says(text) => Change::Replied { text: (*text).to_owned() },
            Notes(text) => Change::Noted { text: (*text).to_owned() },
            Goes(status) => {
                let to = StatusId::from(*status);
                let status_kind = rules.workflow.status(&to).map_or(StatusKind::Open, |status| status.kind);
                Change::Transitioned { to, status_kind, cause: Cause::Command }
            }
            Gives(team, agent) => Change::Assigned { team: cast.team(team), agent: Some(cast.person(agent)) },
            Raises(priority) => Change::Prioritised { to: (*priority).into() },
        }
    }
}
