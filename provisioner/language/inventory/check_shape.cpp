// Types, names and bounds of node keys.

#include "provisioner/language/inventory/check_shape.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/bmc_address.h"
#include "provisioner/language/inventory/text_forms.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::inventory {
namespace {

using value::Value;

std::string quoted(const std::string& text) { return "'" + text + "'"; }

// "'disks.wwn'", "an entry of 'disks'": in a path, "[]" stands for each item of a list.
std::string named(const std::string& path) {
  const bool is_item = path.ends_with("[]");
  const std::string plain = base::replace_all(path, "[]", "");
  return (is_item ? "an entry of " : "") + quoted(plain);
}

// "this is a list", "this is 'sda'".
std::string found(const Value& value) {
  if (value.is_none()) return "this is nothing";
  if (!value.is_trusted()) return "this is something else";  // of a vault or a lookup: not shown
  if (value.is_string()) return "this is " + quoted(base::escape_for_terminal(value.text()));
  if (value.is_integer() || value.is_boolean()) return "this is " + value::Dict::key_text(value);
  return "this is " + std::string(name_of(value.kind()));
}

std::string in_words(const std::vector<std::string>& words) {
  return words.size() < 2
             ? base::join(words, "")
             : base::join({words.begin(), words.end() - 1}, ", ") + " or " + words.back();
}

class ShapeCheck {
 public:
  ShapeCheck(Judged judged, NodeFindings& findings) : judged_(judged), findings_(findings) {}

  void check(const Value& value, const Member& member, const std::string& path) {
    if (is_unknown(value)) return;
    switch (member.form) {
      case Form::entries:
        return check_entries(value, member, path);
      case Form::list:
        return check_list(value, member, path);
      case Form::integer:
        return check_integer(value, member, path);
      case Form::boolean:
        if (!value.is_boolean()) refuse(value, member.form, path);
        return;
      case Form::secret:
        return check_secret(value, path);
      case Form::word:
        return check_word(value, member, path);
      default:
        return check_text(value, member, path);
    }
  }

 private:
  void add(const std::string& path, const std::string& message, base::Pos pos,
           const std::string& hint = {}) {
    findings_.add({"shape of " + path, named(path) + " " + message, pos, hint});
  }

  void refuse(const Value& value, Form form, const std::string& path,
              const std::string& hint = {}) {
    add(path, "must be " + std::string(describe(form)) + ", " + found(value), value.pos(), hint);
  }

  void check_entries(const Value& value, const Member& member, const std::string& path) {
    if (value.is_string() && !member.text_means.empty())
      return check(value, *find_member(member.members, member.text_means), path);
    if (!value.is_dict()) return refuse(value, Form::entries, path);
    for (const auto& [key, inner] : value.dict()) {
      const std::string name = value::Dict::key_text(key);
      if (const Member* known = find_member(member.members, name))
        check(inner, *known, path + "." + name);
      else
        refuse_member(key, member, path);
    }
    if (judged_ == Judged::layer) return;
    for (const Member& known : member.members)
      if (known.is_required && value.find(known.name) == nullptr)
        findings_.add({path + " needs " + known.name,
                       named(path) + " needs a member " + quoted(known.name), value.pos()});
  }

  void refuse_member(const Value& key, const Member& member, const std::string& path) {
    std::vector<std::string> names;
    for (const Member& known : member.members) names.push_back(known.name);
    const std::string name = value::Dict::key_text(key);
    const std::string near = base::suggestion(name, names);
    add(path, "has no member " + quoted(name), key.pos(),
        near.empty() ? "it has " + base::join(names, ", ") : near);
  }

  void check_list(const Value& value, const Member& member, const std::string& path) {
    if (!value.is_list()) return refuse(value, Form::list, path);
    for (const Value& item : value.list()) check(item, member.items.front(), path + "[]");
    if (!member.identity.empty()) check_identities(value, member, path);
  }

  void check_identities(const Value& value, const Member& member, const std::string& path) {
    std::map<std::string, base::Pos> seen;
    for (const Value& item : value.list()) {
      const Value* name = item.find(member.identity);
      if (name == nullptr || !name->is_string() || is_unknown(*name)) continue;
      const auto [first, is_new] = seen.try_emplace(name->text(), name->pos());
      if (is_new) continue;
      findings_.add(
          {"twice in " + path,
           named(path) + " has two entries with " + member.identity + " " + quoted(name->text()),
           name->pos(),
           {},
           {{"the first one is here", first->second}}});
    }
  }

  void check_integer(const Value& value, const Member& member, const std::string& path) {
    std::int64_t number = 0;
    if (value.is_integer()) {
      number = value.integer();
    } else if (judged_ == Judged::node && value.is_string()) {
      const std::string& text = value.text();
      const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (code != std::errc() || end != text.data() + text.size())
        return refuse(value, Form::integer, path);
    } else {
      return refuse(value, Form::integer, path);
    }
    if (number >= member.least && number <= member.most) return;
    add(path,
        "must be between " + std::to_string(member.least) + " and " + std::to_string(member.most) +
            ", " + found(value),
        value.pos());
  }

  void check_word(const Value& value, const Member& member, const std::string& path) {
    const std::string text = value.is_string() ? value.text() : std::string();
    if (std::find(member.words.begin(), member.words.end(), text) != member.words.end()) return;
    add(path, "must be " + in_words(member.words) + ", " + found(value), value.pos(),
        base::suggestion(text, member.words));
  }

  void check_text(const Value& value, const Member& member, const std::string& path) {
    if (value.is_string()) {
      if (member.form == Form::bmc_url && value.text().find('@') != std::string::npos)
        return refuse_login(value, path);
      if (value.text().empty() || !has_form(member.form, value.text()))
        refuse(value, member.form, path);
      else if (member.form == Form::bmc_url)
        check_bmc_url(value, path);
      return;
    }
    // A serial number, a MAC address of digits alone, a WWN: YAML takes them for numbers.
    const bool is_misread =
        value.is_integer() || value.is_real() || value.kind() == value::Kind::date;
    refuse(value, member.form, path,
           is_misread ? "quote it: YAML reads this as a number or a date" : "");
  }

  // Of the shape of one, which a driver may take all the same or not.
  void check_bmc_url(const Value& value, const std::string& path) {
    try {
      read_bmc_address(value.text());
    } catch (const base::Error& error) {
      if (!value.is_trusted()) return refuse(value, Form::bmc_url, path);
      findings_.add({"shape of " + path, error.message(), value.pos(), error.hint()});
    }
  }

  void refuse_login(const Value& value, const std::string& path) {
    findings_.add({.rule = "login in a URL",
                   .message = named(path) + " holds a user, or a password for everybody to read",
                   .pos = value.pos(),
                   .hint = "they have members of their own: user, password_file",
                   .is_secret = true});
  }

  void check_secret(const Value& value, const std::string& path) {
    if (judged_ == Judged::node) return;
    findings_.add(
        {.rule = "plain secret",
         .message = named(path) + " stands here for everybody to read",
         .pos = value.pos(),
         .hint = "seal it with ansible-vault encrypt_string, or name a file: " + path + "_file",
         .is_secret = true});
  }

  Judged judged_;
  NodeFindings& findings_;
};

}  // namespace

bool is_unknown(const Value& value) {
  return value.is_sealed() ||
         (value.is_string() && value.is_trusted() && jinja::Templar::has_template(value.text()));
}

void check_shape(const Value& value, const Member& member, const std::string& path, Judged judged,
                 NodeFindings& findings) {
  ShapeCheck(judged, findings).check(value, member, path);
}

}  // namespace provisioner::inventory
