//! Compiles the window's manifest: the commands that exist, so that all others are denied, and a page to embed where the real one was not built.

#[path = "src/commands/names.rs"]
mod names;

fn main() {
    // A check of the Rust code alone needs no Node: an empty page stands in for the interface.
    let page = std::path::Path::new("../ui/dist/index.html");
    if !page.exists() {
        let made = std::fs::create_dir_all("../ui/dist").and_then(|()| std::fs::write(page, "<!doctype html><title>Vouchsafe</title><p>The interface was not built: run <code>cargo xtask run</code>."));
        if let Err(error) = made {
            println!("cargo::error=cannot write {}: {error}", page.display());
        }
    }
    println!("cargo::rerun-if-changed=../ui/dist");
    println!("cargo::rerun-if-changed=src/commands/names.rs");
    let attributes =
        tauri_build::Attributes::new().app_manifest(tauri_build::AppManifest::new().commands(names::COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
