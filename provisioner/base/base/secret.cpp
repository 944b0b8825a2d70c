// Texts that must not be seen, and the net that catches them in what is shown.

#include "provisioner/base/base/secret.h"

#include <string.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <vector>

#include "provisioner/base/base/text.h"

namespace provisioner::base {
namespace {

constexpr std::size_t shortest_sought = 4;
constexpr std::string_view mask = "***";

struct LongestFirst {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  }
};

// The forms in which known secrets could stand in a text. Forms stay known for the whole process: a
// secret that has gone out of use is still a secret.
struct Net {
  std::mutex mutex;
  std::set<std::string, std::less<>> learned;
  std::set<std::string, LongestFirst> forms;
  std::atomic<bool> is_empty{true};
};

Net& net() {
  static auto* const the_net = new Net;
  return *the_net;
}

std::string url_form(std::string_view text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";
  std::string form;
  for (const char byte : text) {
    if (plain.find(byte) != std::string_view::npos)
      form += byte;
    else
      form += "%" + hex(std::string_view(&byte, 1));
  }
  return form;
}

std::string json_form(std::string_view text) {
  std::string form;
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') form += '\\';
    if (byte == '\n')
      form += "\\n";
    else if (byte == '\t')
      form += "\\t";
    else if (byte == '\r')
      form += "\\r";
    else
      form += byte;
  }
  return form;
}

// A secret inside a longer base64 text begins at one of three offsets; what its neighbours touch is
// left away.
std::vector<std::string> base64_forms(std::string_view text) {
  std::vector<std::string> forms = {base64_encode(text)};
  for (std::size_t offset = 0; offset < 3; ++offset) {
    const std::string padded = std::string(offset, '\0') + std::string(text);
    std::string form = base64_encode(padded);
    const std::size_t head = offset == 0 ? 0 : offset + 1;
    const std::size_t whole = padded.size() / 3 * 4;
    if (whole <= head) continue;
    form = form.substr(head, whole - head);
    if (form.size() >= 2 * shortest_sought) forms.push_back(std::move(form));
  }
  return forms;
}

void learn(std::string_view text) {
  Net& known = net();
  const std::lock_guard lock(known.mutex);
  if (known.learned.contains(text)) return;  // a host's password is read anew for each task
  known.learned.emplace(text);
  const auto add = [&](std::string_view secret) {
    if (secret.size() < shortest_sought) return;
    known.forms.emplace(secret);
    known.forms.insert(hex(secret));
    known.forms.insert(url_form(secret));
    known.forms.insert(json_form(secret));
    for (std::string& form : base64_forms(secret)) known.forms.insert(std::move(form));
  };
  add(text);
  add(trim(text));
  known.is_empty = known.forms.empty();
}

// Wipes a text when its last owner goes.
struct Wipe {
  void operator()(const std::string* text) const {
    auto* owned = const_cast<std::string*>(text);
    explicit_bzero(owned->data(), owned->size());
    delete owned;
  }
};

}  // namespace

Secret::Secret(std::string text) {
  learn(text);
  text_ = std::shared_ptr<const std::string>(new std::string(text), Wipe());
  explicit_bzero(text.data(), text.size());
}

std::string redact(std::string text) {
  Net& known = net();
  if (known.is_empty) return text;
  const std::lock_guard lock(known.mutex);
  for (const std::string& form : known.forms) {
    if (form.size() > text.size()) continue;
    text = replace_all(std::move(text), form, mask);
  }
  return text;
}

bool holds_secret(std::string_view text) {
  Net& known = net();
  if (known.is_empty) return false;
  const std::lock_guard lock(known.mutex);
  return std::any_of(known.forms.begin(), known.forms.end(), [&](const std::string& form) {
    return text.find(form) != std::string_view::npos;
  });
}

}  // namespace provisioner::base
