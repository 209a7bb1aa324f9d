//! The picture that an authenticator takes a seed from.

use png::{BitDepth, ColorType, Encoder};
use qrcode::{Color, QrCode};

use crate::service::Fault;

/// Pixels of a module's side.
const SCALE: usize = 4;

/// Modules of white around the code, which readers need.
const QUIET_ZONE: usize = 4;

/// A text as QR code, in the PNG format.
pub(super) fn png(text: &str) -> Result<Vec<u8>, Fault> {
    let code = QrCode::new(text).map_err(|error| failed(&error.to_string()))?;
    let width = code.width();
    let modules = code.to_colors();
    let side = (width + 2 * QUIET_ZONE) * SCALE;
    let is_dark = |x: usize, y: usize| {
        let module = |pixel: usize| (pixel / SCALE).checked_sub(QUIET_ZONE).filter(|at| *at < width);
        let (Some(column), Some(row)) = (module(x), module(y)) else { return false };
        modules.get(row * width + column) == Some(&Color::Dark)
    };
    let pixels: Vec<u8> =
        (0..side * side).map(|at| if is_dark(at % side, at / side) { 0 } else { u8::MAX }).collect();
    image(&pixels, u32::try_from(side).unwrap_or(u32::MAX)).map_err(|error| failed(&error.to_string()))
}

fn image(pixels: &[u8], side: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut image = Vec::new();
    let mut encoder = Encoder::new(&mut image, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(image)
}

fn failed(why: &str) -> Fault {
    Fault::new(500, "ServiceFailure", format!("The QR code could not be drawn: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_picture_with_white_around_it() {
        let image = png("otpauth://totp/a@000000000000?secret=AAAA").unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&image)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(frame.width, frame.height);
        let side = usize::try_from(frame.width).unwrap();
        assert!(pixels[..side * QUIET_ZONE * SCALE].iter().all(|pixel| *pixel == u8::MAX));
        // The finder pattern in the corner begins dark.
        assert_eq!(pixels[side * QUIET_ZONE * SCALE + QUIET_ZONE * SCALE], 0);
    }
}
