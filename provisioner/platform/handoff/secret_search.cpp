// Whether a bundle shows what it must not.

#include "provisioner/platform/handoff/secret_search.h"

#include <algorithm>
#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::handoff {
namespace {

constexpr std::size_t shortest = 4, shortest_part = 8, shortest_line = 16;
constexpr const char* armour = "PRIVATE KEY-----";

bool is_word(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_';
}

std::string url_form(std::string_view text) {
  std::string form;
  for (const char byte : text) {
    const bool is_plain = is_word(byte) || byte == '-' || byte == '.' || byte == '~';
    form += is_plain ? std::string(1, byte) : "%" + base::hex(std::string_view(&byte, 1));
  }
  return form;
}

std::string upper_case(std::string text) {
  for (char& byte : text)
    if (byte >= 'a' && byte <= 'z') byte = static_cast<char>(byte - 'a' + 'A');
  return text;
}

// What stands within base64 of a longer text whatever stands before and behind.
std::vector<std::string> within_base64(const std::string& text) {
  std::vector<std::string> forms;
  for (std::size_t offset = 0; offset < 3; ++offset) {
    const std::string padded = std::string(offset, '\0') + text;
    const std::size_t head = offset == 0 ? 0 : offset + 1, whole = padded.size() / 3 * 4;
    if (whole < head + shortest_part) continue;
    forms.push_back(base::base64_encode(padded).substr(head, whole - head));
  }
  return forms;
}

std::string of_urls(std::string form) {
  return base::replace_all(base::replace_all(std::move(form), "+", "-"), "/", "_");
}

void add_forms(const std::string& text, std::set<std::string>& forms) {
  if (text.size() < shortest) return;
  forms.insert(text);
  if (text.size() < shortest_part) return;
  const std::string json = value::write_json(value::Value(text), {.ascii_only = false});
  forms.insert(json.substr(1, json.size() - 2));
  forms.insert(url_form(text));
  forms.insert(base::hex(text));
  forms.insert(upper_case(base::hex(text)));
  for (const std::string& once : within_base64(text)) {
    forms.insert(once);
    forms.insert(of_urls(once));
    for (const std::string& twice : within_base64(once)) forms.insert(twice);
  }
}

std::set<std::string> forms_of(const base::Secret& secret) {
  std::set<std::string> forms;
  const std::string text(base::trim(secret.reveal()));
  add_forms(text, forms);
  if (text.find('\n') == std::string::npos) return forms;
  for (const std::string_view line : base::lines_of(text)) {
    const std::string_view bare = base::trim(line);
    if (bare.size() >= shortest_line && !bare.starts_with("-----"))
      add_forms(std::string(bare), forms);
  }
  return forms;
}

bool shows_word(const std::string& bytes, const std::string& word) {
  for (std::size_t at = bytes.find(word); at != std::string::npos; at = bytes.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(bytes[at - 1])) && (end == bytes.size() || !is_word(bytes[end])))
      return true;
  }
  return false;
}

bool shows(const std::string& bytes, const std::string& form) {
  return form.size() < shortest_part ? shows_word(bytes, form)
                                     : bytes.find(form) != std::string::npos;
}

}  // namespace

std::vector<Leak> leaks(const Files& files, const std::vector<KeptSecret>& secrets) {
  std::vector<Leak> found;
  const auto look_for = [&](const std::string& name, const std::set<std::string>& forms) {
    for (const auto& [path, bytes] : files)
      if (std::ranges::any_of(
              forms, [&](const auto& form) { return shows(bytes, form) || shows(path, form); }))
        found.push_back({path, name});
  };
  for (const KeptSecret& secret : secrets) look_for(secret.name, forms_of(secret.text));
  std::set<std::string> keys;
  add_forms(armour, keys);
  look_for("a private key", keys);
  return found;
}

}  // namespace provisioner::handoff
