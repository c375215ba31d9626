//! Reading values of several kinds, told apart by one of their fields, such as changes and refusals.
//!
//! What serde derives for them gives every kind readers of its own: an eighth of what the app's users download. Here
//! the fields are taken out one at a time, by code that all kinds share. Writing is derived as everywhere.
//!
//! The same goes for what an app reads seldom, rules for one, see [`read_by_fields`](crate::read_by_fields).

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Error, Map, Value};

/// The fields of a value that have not been taken yet.
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a value with `read`.
    ///
    /// # Errors
    /// When it has no fields, or `read` finds it wrong.
    pub fn read<'de, D: Deserializer<'de>, T>(
        deserializer: D,
        read: impl FnOnce(Self) -> Result<T, Error>,
    ) -> Result<T, D::Error> {
        read(Self(Map::deserialize(deserializer)?)).map_err(D::Error::custom)
    }

    /// The text of a field, which stays.
    ///
    /// # Errors
    /// When it is missing, or no text.
    pub fn tag(&self, name: &'static str) -> Result<&str, Error> {
        self.0.get(name).and_then(Value::as_str).ok_or_else(|| Error::missing_field(name))
    }

    /// Takes a field.
    ///
    /// # Errors
    /// When it is missing, or not what it has to be.
    pub fn take<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<T, Error> {
        let value = self.0.remove(name).ok_or_else(|| Error::missing_field(name))?;
        T::deserialize(value)
    }

    /// Takes a field that may be missing.
    ///
    /// # Errors
    /// When it is not what it has to be.
    pub fn take_or_default<T: DeserializeOwned + Default>(&mut self, name: &str) -> Result<T, Error> {
        self.0.remove(name).map_or_else(|| Ok(T::default()), T::deserialize)
    }

    /// Takes a field in whose place something else may stand.
    ///
    /// # Errors
    /// When it is not what it has to be.
    pub fn take_or<T: DeserializeOwned>(&mut self, name: &str, otherwise: fn() -> T) -> Result<T, Error> {
        self.0.remove(name).map_or_else(|| Ok(otherwise()), T::deserialize)
    }

    /// Takes all that is left as one value.
    ///
    /// # Errors
    /// When it is not what it has to be.
    pub fn take_rest<T: DeserializeOwned>(&mut self) -> Result<T, Error> {
        T::deserialize(Value::Object(std::mem::take(&mut self.0)))
    }

    /// Every field that was not taken.
    pub fn into_rest(self) -> Value {
        Value::Object(self.0)
    }

    /// Nothing but the tag may be left.
    ///
    /// # Errors
    /// Names a field that does not belong there.
    pub fn only(&self, tag: &str) -> Result<(), Error> {
        match self.0.keys().find(|name| *name != tag) {
            Some(name) => Err(Error::custom(format_args!("unknown field `{name}`"))),
            None => Ok(()),
        }
    }
}

/// Lets the app read structs a field at a time, those after the semicolon where they are not missing, and those after the
/// bar with something else in their place. What else a newer server says of them the app passes over. Natively they
/// are read as serde derives it: the server refuses what it does not know and says in which place it stood.
#[macro_export]
macro_rules! read_by_fields {
    ($type:ident $(<$($of:ident),*>)? {
        $($field:ident),* $(; $($optional:ident),*)? $(| $($other:ident = $otherwise:path),*)?
    }) => {
        #[cfg(target_arch = "wasm32")]
        impl<'de, $($($of: serde::de::DeserializeOwned),*)?> serde::Deserialize<'de> for $type $(<$($of),*>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::fields::Fields::read(deserializer, |mut fields| {
                    Ok(Self {
                        $($field: fields.take(stringify!($field))?,)*
                        $($($optional: fields.take_or_default(stringify!($optional))?,)*)?
                        $($($other: fields.take_or(stringify!($other), $otherwise)?,)*)?
                    })
                })
            }
        }
    };
}
