//! A real stack through the whole pipeline, cut off everywhere, on the simulated cloud.

mod late;
mod thumbnails;
