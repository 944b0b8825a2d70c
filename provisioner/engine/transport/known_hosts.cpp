// The known_hosts files of OpenSSH.

#include "provisioner/engine/transport/known_hosts.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"

namespace provisioner::transport {
namespace {

std::string hmac_sha1(std::string key, std::string_view text) {
  constexpr std::size_t block = 64;
  if (key.size() > block) key = base::unhex(crypto::digest("sha1", key));
  key.resize(block);
  std::string inner = key, outer = key;
  for (char& byte : inner) byte = static_cast<char>(byte ^ 0x36);
  for (char& byte : outer) byte = static_cast<char>(byte ^ 0x5c);
  inner += text;
  return base::unhex(crypto::digest("sha1", outer + base::unhex(crypto::digest("sha1", inner))));
}

bool is_hash_of(const std::string& names, const std::string& name) {
  const auto parts = base::split(names, '|');  // "", "1", salt, hash
  if (parts.size() != 4 || parts[1] != "1") return false;
  try {
    return hmac_sha1(base::base64_decode(parts[2]), name) == base::base64_decode(parts[3]);
  } catch (const base::Error&) {
    return false;  // not base64: a line that ssh does not read either
  }
}

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*')
    return matches(pattern.substr(1), name) || (!name.empty() && matches(pattern, name.substr(1)));
  if (name.empty() || (pattern[0] != '?' && pattern[0] != name[0])) return false;
  return matches(pattern.substr(1), name.substr(1));
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (std::string& word : base::split(base::replace_all(std::string(line), "\t", " "), ' '))
    if (!word.empty()) words.push_back(std::move(word));
  return words;
}

}  // namespace

std::vector<KnownHost> read_known_hosts(const std::string& path) {
  std::vector<KnownHost> hosts;
  const std::string text = os::read_file(path).value_or("");
  std::size_t number = 0;
  for (const std::string_view line : base::lines_of(text)) {
    ++number;
    auto words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    KnownHost host;
    host.where = path + ":" + std::to_string(number);
    if (words[0].starts_with('@')) {
      host.mark = words[0] == "@revoked" ? KnownHost::Mark::revoked : KnownHost::Mark::authority;
      words.erase(words.begin());
    }
    if (words.size() < 3) continue;
    host.names = base::lower_case(words[0].starts_with('|') ? std::string_view()
                                                            : std::string_view(words[0]));
    if (words[0].starts_with('|')) host.names = words[0];
    host.algorithm = words[1];
    try {
      host.blob = base::base64_decode(words[2]);
    } catch (const base::Error&) {
      continue;
    }
    hosts.push_back(std::move(host));
  }
  return hosts;
}

bool is_about(const KnownHost& line, const std::string& name) {
  const std::string lower = base::lower_case(name);
  if (line.names.starts_with('|')) return is_hash_of(line.names, lower);
  bool is_match = false;
  for (const std::string& pattern : base::split(line.names, ',')) {
    if (pattern.starts_with('!') && matches(std::string_view(pattern).substr(1), lower))
      return false;
    if (matches(pattern, lower)) is_match = true;
  }
  return is_match;
}

}  // namespace provisioner::transport
