// Facts that stand in files of configuration: resolver, kernel command line, SSH host keys.
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules::facts {
namespace {

value::List list_of(const std::vector<std::string>& texts, std::size_t from) {
  return {texts.begin() + static_cast<std::ptrdiff_t>(from), texts.end()};
}

value::Value flag_or_text(const std::string& word, std::size_t separator) {
  if (separator == std::string::npos) return true;
  return word.substr(separator + 1);
}

}  // namespace

Findings dns(const host::HostView& view, const Request&) {
  value::Dict found;
  value::List servers;
  const std::string whole = readable(view, "/etc/resolv.conf").value_or("");
  for (const std::string_view line : base::lines_of(whole)) {
    const auto words = words_of(line);
    if (words.empty() || words[0].starts_with('#') || words[0].starts_with(';')) continue;
    if (words[0] == "nameserver") {
      for (const value::Value& server : list_of(words, 1)) servers.push_back(server);
      found.set("nameservers", servers);
    } else if (words[0] == "domain" && words.size() > 1) {
      found.set("domain", words[1]);
    } else if (words[0] == "search" || words[0] == "sortlist") {
      found.set(words[0], list_of(words, 1));
    } else if (words[0] == "options") {
      value::Dict options;
      for (std::size_t i = 1; i < words.size(); ++i) {
        const std::size_t colon = words[i].find(':');
        options.set(words[i].substr(0, colon), flag_or_text(words[i], colon));
      }
      found.set("options", options);
    }
  }
  return {{{"dns", found}}, {}};
}

Findings command_line(const host::HostView& view, const Request&) {
  const auto text = readable(view, "/proc/cmdline");
  if (!text) return {};
  std::vector<std::string> words;
  try {
    words = base::shell_split(*text);
  } catch (const base::Error&) {
    return {};  // an open quote: the kernel takes it, nobody can say where the words end
  }
  value::Dict last, all;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const std::string key = word.substr(0, equals);
    const value::Value content = flag_or_text(word, equals);
    last.set(key, content);
    const value::Value* earlier = all.find(key);
    if (!earlier || equals == std::string::npos) {
      all.set(key, content);
      continue;
    }
    value::List values = earlier->is_list() ? earlier->list() : value::List{*earlier};
    values.push_back(content);
    all.set(key, values);
  }
  return {{{"cmdline", last}, {"proc_cmdline", all}}, {}};
}

Findings ssh_host_keys(const host::HostView& view, const Request&) {
  value::Dict facts;
  for (const char* directory : {"/etc/ssh", "/etc/openssh", "/etc"}) {
    for (const char* type : {"dsa", "rsa", "ecdsa", "ed25519"}) {
      const auto line = first_line(view, std::string(directory) + "/ssh_host_" + type + "_key.pub");
      const auto words = words_of(line.value_or(""));
      if (words.size() < 2) continue;
      const std::string name = std::string("ssh_host_key_") + type + "_public";
      facts.set(name, words[1]);
      facts.set(name + "_keytype", words[0]);
    }
    if (!facts.is_empty()) break;
  }
  return {std::move(facts), {}};
}

}  // namespace provisioner::modules::facts
