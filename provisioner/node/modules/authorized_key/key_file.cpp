// The format of authorized_keys.
#include "provisioner/node/modules/authorized_key/key_file.h"

#include <algorithm>
#include <set>
#include <utility>

#include "provisioner/base/base/text.h"

namespace provisioner::modules::authorized_key {
namespace {

bool is_key_type(const std::string& word) {
  static const std::set<std::string> types = {"ssh-ed25519",
                                              "ssh-rsa",
                                              "ssh-dss",
                                              "ecdsa-sha2-nistp256",
                                              "ecdsa-sha2-nistp384",
                                              "ecdsa-sha2-nistp521",
                                              "sk-ecdsa-sha2-nistp256@openssh.com",
                                              "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
                                              "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
                                              "ecdsa-sha2-nistp256-cert-v01@openssh.com",
                                              "ecdsa-sha2-nistp384-cert-v01@openssh.com",
                                              "ecdsa-sha2-nistp521-cert-v01@openssh.com",
                                              "sk-ssh-ed25519@openssh.com",
                                              "sk-ssh-ed25519-cert-v01@openssh.com",
                                              "ssh-ed25519-cert-v01@openssh.com",
                                              "ssh-rsa-cert-v01@openssh.com",
                                              "ssh-dss-cert-v01@openssh.com",
                                              "ssh-xmss@openssh.com"};
  return types.contains(word);
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Cut at characters outside double quotes; a backslash guards the next character inside them.
template <class IsCut>
std::vector<std::string> cut(std::string_view text, IsCut is_cut) {
  std::vector<std::string> parts;
  std::string part;
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_guard = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '"';
    if (is_guard) part += text[i++];
    if (text[i] == '"' && !is_guard) is_quoted = !is_quoted;
    if (!is_quoted && is_cut(text[i])) {
      if (!part.empty()) parts.push_back(std::exchange(part, {}));
    } else {
      part += text[i];
    }
  }
  if (!part.empty()) parts.push_back(part);
  return parts;
}

// Options by their names; those of one name (permitopen) keep their order.
std::vector<std::string> by_name(std::vector<std::string> options) {
  std::ranges::stable_sort(
      options, {}, [](const std::string& option) { return option.substr(0, option.find('=')); });
  return options;
}

}  // namespace

std::string Key::text() const {
  const std::string prefix = options.empty() ? "" : base::join(options, ",") + " ";
  return prefix + type + " " + key + " " + comment;
}

bool Key::is_same(const Key& other) const {
  return by_name(options) == by_name(other.options) && type == other.type && key == other.key &&
         comment == other.comment;
}

std::vector<std::string> read_options(std::string_view text) {
  return cut(text, [](char c) { return c == ','; });
}

std::optional<Key> read_key(std::string_view line) {
  const std::string_view trimmed = base::trim(line);
  if (trimmed.empty() || trimmed.front() == '#') return std::nullopt;
  const auto words = cut(trimmed, is_blank);
  const std::size_t type = is_key_type(words.front()) ? 0 : 1;
  if (words.size() < type + 2 || !is_key_type(words[type])) return std::nullopt;
  Key key;
  if (type == 1) key.options = read_options(words.front());
  key.type = words[type];
  key.key = words[type + 1];
  key.comment =
      base::join({words.begin() + static_cast<std::ptrdiff_t>(type) + 2, words.end()}, " ");
  return key;
}

KeyFile::KeyFile(std::string_view text) {
  for (const std::string_view line : base::lines_of(text)) {
    const auto key = read_key(line);
    if (key) remove(*key);  // the last of several counts
    lines_.push_back({std::string(line), key});
  }
}

bool KeyFile::has(const Key& key) const {
  return std::ranges::any_of(lines_,
                             [&](const Line& line) { return line.key && line.key->is_same(key); });
}

bool KeyFile::knows(const Key& key) const {
  return std::ranges::any_of(
      lines_, [&](const Line& line) { return line.key && line.key->key == key.key; });
}

void KeyFile::put(const Key& key) {
  remove(key);
  lines_.push_back({"", key});
}

void KeyFile::remove(const Key& key) {
  std::erase_if(lines_, [&](const Line& line) { return line.key && line.key->key == key.key; });
}

void KeyFile::keep_only(const std::vector<Key>& keys) {
  std::erase_if(lines_, [&](const Line& line) {
    return !line.key ||
           std::ranges::none_of(keys, [&](const Key& key) { return key.key == line.key->key; });
  });
}

std::string KeyFile::text() const {
  std::string text;
  for (const Line& line : lines_) text += (line.key ? line.key->text() : line.raw) + "\n";
  return text;
}

}  // namespace provisioner::modules::authorized_key
