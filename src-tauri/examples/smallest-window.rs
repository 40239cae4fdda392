//! The smallest window that Tauri shows on a machine: one page of one line. What the app's own times and memory are
//! compared with.

use tauri::http::Response;
use tauri::{Url, WebviewUrl, WebviewWindowBuilder};

const PAGE: &str = "<!doctype html><html lang=en><title>Smallest window</title><p data-testid=page>Here</p>";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let page: Url = "smallest://localhost/".parse()?;
    tauri::Builder::default()
        .register_uri_scheme_protocol("smallest", |_, _| {
            let mut response = Response::new(PAGE.as_bytes().to_vec());
            response.headers_mut().insert("content-type", tauri::http::HeaderValue::from_static("text/html"));
            response
        })
        .setup(move |app| {
            WebviewWindowBuilder::new(app, "smallest", WebviewUrl::CustomProtocol(page))
                .inner_size(1120.0, 760.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
