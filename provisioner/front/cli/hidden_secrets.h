#pragma once

#include <string>
#include <string_view>

#include "provisioner/base/value/value.h"

namespace provisioner::cli {

// Whether what stands under such a key is a secret however it is written: "db_password".
bool is_password_key(std::string_view key);

// A value to be shown: "***" for what stands under such keys, and for passwords in URLs. `name` is
// what the value itself stands under.
value::Value with_hidden_secrets(std::string_view name, const value::Value& value);

}  // namespace provisioner::cli
