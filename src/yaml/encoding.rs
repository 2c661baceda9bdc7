//! The bytes of a file as text.

use std::fmt;

/// The bytes are no text in any encoding of YAML. User error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodingError {
    /// Offset of the first byte that is no text.
    pub offset: usize,
    /// One line, lower case.
    pub message: String,
}

impl fmt::Display for EncodingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EncodingError {}

/// Decodes UTF-8, or UTF-16 by its byte order mark. A mark of UTF-8 is kept; the parser skips it.
///
/// # Errors
/// Where the bytes are not UTF-8 or not UTF-16, with the offset of the first such byte.
pub fn decode_bytes(bytes: Vec<u8>) -> Result<String, EncodingError> {
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(offset).copied().unwrap_or(0);
            EncodingError { offset, message: format!("byte {offset} (0x{byte:02x}) is not UTF-8") }
        }),
    }
}

fn decode_utf16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Result<String, EncodingError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut offset = 2;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let character = decoded.map_err(|error| EncodingError {
            offset,
            message: format!("byte {offset} begins a lone UTF-16 surrogate 0x{:04x}", error.unpaired_surrogate()),
        })?;
        offset += character.len_utf16() * 2;
        text.push(character);
    }
    if rest.is_empty() {
        return Ok(text);
    }
    Err(EncodingError { offset, message: format!("byte {offset} is half a UTF-16 unit") })
}
