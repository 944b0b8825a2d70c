#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/error.h"

namespace provisioner::cli {

// ansible.cfg and the ANSIBLE_* variables that stand over it, as ansible-core finds and reads them.
class AnsibleConfig {
 public:
  // ANSIBLE_CONFIG, ./ansible.cfg (not in a directory that anybody may write to), ~/.ansible.cfg,
  // /etc/ansible/ansible.cfg. Unknown keys are warnings with the nearest name. Throws Error(input).
  static AnsibleConfig load(base::Diagnostics& diagnostics);

  const std::string& path() const { return path_; }  // "" where there is none

  // A setting by its name in ansible.cfg, its variables first: text("defaults", "remote_user").
  std::optional<std::string> text(const std::string& section, const std::string& key) const;
  bool flag(const std::string& section, const std::string& key, bool otherwise) const;
  int number(const std::string& section, const std::string& key, int otherwise) const;
  // Paths are relative to the file they stand in; lists are split at `separator`.
  std::optional<std::string> file(const std::string& section, const std::string& key) const;
  std::vector<std::string> files(const std::string& section, const std::string& key,
                                 char separator) const;

 private:
  struct Entry {
    std::string text;
    bool is_of_environment = false;
    base::Pos pos;
  };
  void read(base::Diagnostics& diagnostics);
  Entry& read_key(const std::string& section, std::string_view text, base::Pos pos,
                  base::Diagnostics& diagnostics);
  const Entry* find(const std::string& section, const std::string& key) const;
  std::string resolved(const Entry& entry, const std::string& path) const;

  std::string path_;
  std::map<std::string, Entry> entries_;  // "section.key"
};

}  // namespace provisioner::cli
