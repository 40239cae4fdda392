//! Hands what came in to the desktop's notification server, follows what becomes of it there, and leads the person who
//! clicks on one to its place in the window.

use std::collections::HashMap;

use tauri::{AppHandle, Manager};
use tokio::sync::mpsc::Receiver;
use zbus::Connection;

use super::Order;
use super::notice::{Batch, Kind, Notice};
use super::server::{Server, Told};
use crate::profiles::Profiles;
use crate::view::desktop::Place;

/// What is on the screen, by profile and kind: one notification of each, with the number of things in it.
#[derive(Debug, Default)]
struct Shown(HashMap<(String, Option<Kind>), Live>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Live {
    id: u32,
    number: u32,
    place: Option<Place>,
}

impl Shown {
    /// The notification that one of this kind takes the place of: its id, or 0, and how many things it told of.
    fn before(&self, profile: &str, kind: Option<Kind>) -> (u32, u32) {
        self.0.get(&(profile.to_owned(), kind)).map_or((0, 0), |live| (live.id, live.number))
    }

    fn keep(&mut self, profile: &str, batch: &Batch, id: u32) {
        let live = Live { id, number: batch.number, place: batch.place() };
        self.0.insert((profile.to_owned(), batch.kind), live);
    }

    /// Whose it is and where it leads.
    fn of(&self, id: u32) -> Option<(String, Option<Place>)> {
        self.0.iter().find(|(_, live)| live.id == id).map(|((profile, _), live)| (profile.clone(), live.place.clone()))
    }

    fn closed(&mut self, id: u32) {
        self.0.retain(|_, live| live.id != id);
    }

    /// Forget what is shown of a profile; the ids are handed back.
    fn take(&mut self, profile: &str) -> Vec<u32> {
        let ids = self.0.iter().filter(|((of, _), _)| of == profile).map(|(_, live)| live.id).collect();
        self.0.retain(|(of, _), _| of != profile);
        ids
    }
}

/// Serves for as long as the program runs.
pub(super) async fn serve(app: AppHandle, mut orders: Receiver<Order>) {
    let mut server: Option<Server> = None;
    let mut shown = Shown::default();
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                None => return,
                Some(Order::Came(profile, notices)) => {
                    if let Err(error) = came(&app, &mut server, &mut shown, &profile, notices).await {
                        tracing::info!(%error, "the desktop took no notification");
                        (server, shown) = (None, Shown::default());
                    }
                }
                Some(Order::Withdraw(profile)) => {
                    for id in shown.take(&profile) {
                        if let Some(server) = &server {
                            // It may be gone already.
                            let _ = server.close(id).await;
                        }
                    }
                }
            },
            told = next(&mut server) => match told {
                Some(Told::Clicked(id)) => {
                    if let Some((profile, place)) = shown.of(id) {
                        clicked(&app, &profile, place);
                    }
                }
                Some(Told::Closed(id)) => shown.closed(id),
                None => (server, shown) = (None, Shown::default()),
            },
        }
    }
}

/// What the server tells next; never anything while there is none.
async fn next(server: &mut Option<Server>) -> Option<Told> {
    match server {
        Some(server) => server.next().await,
        None => futures::future::pending().await,
    }
}

async fn came(
    app: &AppHandle,
    server: &mut Option<Server>,
    shown: &mut Shown,
    profile: &str,
    notices: Vec<Notice>,
) -> zbus::Result<()> {
    let Some(profiles) = app.try_state::<Profiles>() else { return Ok(()) };
    let Some(manner) = profiles.manner(profile) else { return Ok(()) };
    let server = match server {
        Some(server) => server,
        None => server.insert(Server::on(Connection::session().await?).await?),
    };
    for batch in Batch::of(notices, manner.locked) {
        let (replaces, before) = shown.before(profile, batch.kind);
        let batch = batch.after(before);
        let named = manner.several.then_some(profile);
        let id = server.show(replaces, &batch.sentence(manner.language), named).await?;
        shown.keep(profile, &batch, id);
    }
    Ok(())
}

fn clicked(app: &AppHandle, profile: &str, place: Option<Place>) {
    let Some(profiles) = app.try_state::<Profiles>() else { return };
    let opened = match place {
        Some(place) => profiles.open_at(profile, place),
        None => profiles.open(profile).map(drop),
    };
    if let Err(failure) = opened {
        tracing::warn!(code = failure.code, "a notification led nowhere");
    }
}

#[cfg(test)]
mod tests {
    use super::super::notice::{Batch, Kind, Notice};
    use super::Shown;
    use crate::view::desktop::{Place, Screen};

    fn batch(number: u32) -> Batch {
        let place = Place::screen(Screen::Offers);
        Batch::of(vec![Notice { kind: Kind::Offer, who: None, place }], false).remove(0).after(number - 1)
    }

    #[test]
    fn a_second_offer_takes_the_place_of_the_first_and_counts_both() {
        let mut shown = Shown::default();
        assert_eq!(shown.before("personal", Some(Kind::Offer)), (0, 0));
        shown.keep("personal", &batch(1), 7);
        assert_eq!(shown.before("personal", Some(Kind::Offer)), (7, 1));
        assert_eq!(shown.before("desk", Some(Kind::Offer)), (0, 0));
        shown.keep("personal", &batch(2), 7);
        assert_eq!(shown.before("personal", Some(Kind::Offer)), (7, 2));
        assert_eq!(shown.of(7), Some(("personal".to_owned(), Some(Place::screen(Screen::Offers)))));
    }

    #[test]
    fn what_the_person_closed_or_saw_is_counted_no_more() {
        let mut shown = Shown::default();
        shown.keep("personal", &batch(1), 7);
        shown.keep("desk", &batch(1), 8);
        shown.closed(8);
        assert_eq!(shown.of(8), None);
        assert_eq!(shown.take("personal"), [7]);
        assert_eq!(shown.before("personal", Some(Kind::Offer)), (0, 0));
    }
}
