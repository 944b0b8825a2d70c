// lookup('password'): a text made at random and kept in a file, so that it is the same next time.

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/language/jinja/lookup_tables.h"
#include "provisioner/language/jinja/python_random.h"

namespace provisioner::jinja {
namespace {

constexpr std::string_view lower_letters = "abcdefghijklmnopqrstuvwxyz",
                           upper_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", digits = "0123456789",
                           punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

// A set of Python's string module, or the characters themselves.
std::string characters_named(const std::string& name) {
  const std::string letters = std::string(lower_letters) + std::string(upper_letters);
  if (name == "ascii_letters") return letters;
  if (name == "ascii_lowercase") return std::string(lower_letters);
  if (name == "ascii_uppercase") return std::string(upper_letters);
  if (name == "digits") return std::string(digits);
  if (name == "hexdigits") return "0123456789abcdefABCDEF";
  if (name == "octdigits") return "01234567";
  if (name == "punctuation") return std::string(punctuation);
  if (name == "whitespace") return " \t\n\r\v\f";
  if (name == "printable")
    return std::string(digits) + letters + std::string(punctuation) + " \t\n\r\v\f";
  return name;
}

// "ascii_letters,digits,.-" with ",," for a comma.
std::string characters_of_list(const std::string& list) {
  std::string all = list.find(",,") == std::string::npos ? "" : ",";
  for (const std::string& name : base::split(base::replace_all(list, ",,", ","), ','))
    if (!name.empty()) all += characters_named(name);
  return base::replace_all(base::replace_all(std::move(all), "\"", ""), "'", "");
}

// What `chars` says: names with commas, or a list of them.
std::string wanted_characters(const Call& call, const TermOptions& options) {
  const Object given = call.get(1'000'000, "chars");
  if (given.is_list() && !options.options.contains("chars")) {
    std::string all;
    for (const Object& name : items_of(given)) all += characters_named(text_of(name));
    return all;
  }
  const std::string list = options.text(call, "chars", "");
  return list.empty() ? characters_of_list("ascii_letters,digits") + ".,:-_"
                      : characters_of_list(list);
}

std::string random_text(std::size_t length, const std::string& from, const std::string& seed) {
  if (from.empty()) type_error("password: chars names no characters");
  require_text_size(length);
  std::string text;
  if (!seed.empty()) {
    PythonRandom numbers = PythonRandom::from_text(seed);
    while (text.size() < length) text += from[numbers.below(from.size())];
    return text;
  }
  // Bytes beyond the last whole multiple would favour the first characters.
  const std::size_t limit = 256 - 256 % from.size();
  while (text.size() < length)
    for (const char byte : crypto::random_bytes(length))
      if (static_cast<unsigned char>(byte) < limit && text.size() < length)
        text += from[static_cast<unsigned char>(byte) % from.size()];
  return text;
}

// The file's line: "PASSWORD" or "PASSWORD salt=SALT".
struct Kept {
  std::string password, salt;
};

Kept kept_in(const std::string& text) {
  const std::string line(base::trim(text));
  const std::size_t salt = line.rfind(" salt=");
  if (salt == std::string::npos) return {line, ""};
  return {line.substr(0, salt), line.substr(salt + 6)};
}

std::string scheme_named(const std::string& encrypt) {
  return encrypt.ends_with("_crypt") ? encrypt.substr(0, encrypt.size() - 6) : encrypt;
}

Object password_for(const Call& call, const Object& term) {
  const TermOptions options = options_in(term);
  const std::string length_text = options.text(call, "length", "20");
  if (length_text.empty() || length_text.size() > 9 ||
      length_text.find_first_not_of(digits) != std::string::npos)
    type_error("password: length must be a number, found '" + length_text + "'");
  const std::size_t length = std::stoul(length_text);
  require_list_size(length);
  const std::string encrypt = options.text(call, "encrypt", ""), path = os::absolute(options.name);
  const bool is_kept = path != "/dev/null";
  const auto there = is_kept ? os::read_file(path) : std::nullopt;
  Kept kept = there ? kept_in(*there) : Kept{};
  bool has_changed = !there;
  if (!there)
    kept.password =
        random_text(length, wanted_characters(call, options), options.text(call, "seed", ""));
  if (!encrypt.empty() && kept.salt.empty()) {
    const std::string scheme = scheme_named(encrypt);
    const std::size_t size = scheme == "bcrypt" || scheme == "blowfish" ? 22 : 8;
    kept.salt = random_text(size, characters_of_list("ascii_letters,digits"), "");
    has_changed = true;
  }
  if (is_kept && has_changed) {
    os::make_directories(os::parent_of(path), 0700);
    os::write_file(path, kept.password + (kept.salt.empty() ? "" : " salt=" + kept.salt) + "\n",
                   0600);
  }
  if (encrypt.empty()) return Object(kept.password);
  return Object(crypto::password_hash(kept.password, scheme_named(encrypt), kept.salt, 0));
}

}  // namespace

Object lookup_password(const Call& call) {
  return each_term(call, [&](const Object& term) { return password_for(call, term); });
}

}  // namespace provisioner::jinja
