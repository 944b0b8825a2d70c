#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::modules::authorized_key {

// A key of authorized_keys, sshd(8): options, type, key, comment.
struct Key {
  std::vector<std::string> options;  // "no-pty", "from=\"1.2.3.4\"", in their order
  std::string type, key, comment;

  std::string text()
      const;  // the line, as Ansible writes it: a blank follows where there is no comment
  bool is_same(const Key& other) const;  // the order of different options does not count
};

// Nothing where the line is none: a comment, a blank, something else.
std::optional<Key> read_key(std::string_view line);

// "a,b=\"c,d\"" as single options.
std::vector<std::string> read_options(std::string_view text);

// A file's lines in their order: keys, and what else stands there.
class KeyFile {
 public:
  explicit KeyFile(std::string_view text);

  bool has(const Key& key) const;    // as it is
  bool knows(const Key& key) const;  // perhaps with other options or comment
  void put(const Key& key);          // replaces the same key; goes to the end
  void remove(const Key& key);
  void keep_only(const std::vector<Key>& keys);  // everything else goes, comments too
  std::string text() const;

 private:
  struct Line {
    std::string raw;
    std::optional<Key> key;
  };
  std::vector<Line> lines_;
};

}  // namespace provisioner::modules::authorized_key
