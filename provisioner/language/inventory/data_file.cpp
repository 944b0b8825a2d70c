// Files of data: vaults opened, JSON told from YAML, duplicate keys judged.

#include "provisioner/language/inventory/data_file.h"

#include <optional>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/vault.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/language/inventory/node_keys.h"

namespace provisioner::inventory {
namespace {

using value::Value;

std::optional<Value> as_json(base::SourceId source) {
  const std::string_view text = base::trim(source.source().text);
  if (!text.starts_with('{') && !text.starts_with('[') && !text.starts_with('"'))
    return std::nullopt;
  try {
    return value::read_json(source).at({source, 1, 1});
  } catch (const base::Error&) {
    return std::nullopt;  // then it is YAML in flow style, or YAML's reader says what is wrong
  }
}

// True if the place lies in the value of a typed key: the last key before it decides, level by
// level.
bool is_below_typed_key(const Value& value, const base::Pos& pos) {
  const Value* inner = nullptr;
  if (value.is_dict()) {
    const value::Dict::Entry* last = nullptr;
    for (const value::Dict::Entry& entry : value.dict())
      if (entry.key.pos() <= pos && (last == nullptr || last->key.pos() < entry.key.pos()))
        last = &entry;
    if (last == nullptr) return false;
    if (last->key.is_string() && is_node_key(last->key.text()) && last->key.pos() < pos)
      return true;
    inner = &last->value;
  } else if (value.is_list()) {
    for (const Value& item : value.list())
      if (item.pos() <= pos) inner = &item;
  }
  return inner != nullptr && is_below_typed_key(*inner, pos);
}

}  // namespace

base::SourceId open_file(const std::string& path, const OpenVault& open_vault) {
  std::string text = os::require_file(path);
  if (crypto::is_vault_text(text)) {
    const base::Pos pos{base::register_source(path, text), 1, 1};
    if (!open_vault) {
      base::Error error(base::Kind::input,
                        "'" + path + "' is encrypted, and no vault password is given", pos);
      error.set_hint("give one with --vault-password-file or --ask-vault-pass");
      throw error;
    }
    return base::register_source({path, open_vault(text, pos), true});
  }
  return base::register_source(path, std::move(text));
}

Value read_data(base::SourceId source, const FileReading& reading) {
  if (std::optional<Value> json = as_json(source)) return *std::move(json);
  base::Diagnostics found;
  Value data = value::read_yaml(source, found);
  for (const base::Error& error : found.errors()) reading.diagnostics.add(error);
  for (const base::Error& warning : found.warnings()) {
    if (is_below_typed_key(data, warning.pos()))
      reading.doubled_node_keys.push_back(warning);
    else
      reading.diagnostics.warn(warning);
  }
  return data;
}

}  // namespace provisioner::inventory
