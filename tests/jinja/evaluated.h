#pragma once

#include <gtest/gtest.h>

#include <string>

#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/language/jinja/templar.h"
#include "tests/support/plain_scope.h"

namespace provisioner::jinja {

// A controller without files, programs and inventory, whose vault opens by counting: what is sealed
// stands behind "vault:".
class VaultSurroundings : public Surroundings {
 public:
  std::optional<std::string> environment(const std::string&) const override { return std::nullopt; }
  std::optional<std::string> find_file(const std::string&, std::string_view) const override {
    return std::nullopt;
  }
  std::vector<std::string> search_paths(std::string_view) const override { return {}; }
  base::Source read_file(const std::string& path) const override {
    throw base::Error(base::Kind::failed, "there is no file '" + path + "'");
  }
  std::vector<std::string> glob(const std::string&) const override { return {}; }
  std::string run_pipe(const std::string&) const override { return "from a program"; }
  value::Value unseal(const value::Value& sealed) const override {
    ++opened_;
    return value::Value(sealed.text().substr(std::string("vault:").size()));
  }
  std::vector<std::string> hosts_matching(const std::string&) const override { return {}; }

  int opened() const { return opened_; }

 private:
  mutable int opened_ = 0;
};

// Variables written as YAML, and what templates over them give.
class Evaluated {
 public:
  explicit Evaluated(const std::string& yaml = "{}", const Bounds& bounds = {})
      : templar_(surroundings_, nullptr, bounds), scope_(read(yaml), templar_) {}
  Evaluated(value::Value variables, int) : templar_(surroundings_), scope_(variables, templar_) {}

  value::Value of(const std::string& text) { return templar_.resolve(written(text), scope_); }
  value::Value of(const char* text) { return of(std::string(text)); }
  value::Value of(const value::Value& value) { return templar_.resolve(value, scope_); }
  std::string json(const std::string& text) { return value::write_json(of(text)); }
  bool condition(const std::string& text) { return templar_.condition(written(text), scope_); }
  std::string rendered(const std::string& text) {
    return templar_.render(text, {base::register_source("motd.j2", text), 1, 1}, scope_);
  }

  // The whole text of the error that evaluating gives; "" where there is none.
  std::string error(const std::string& text) {
    try {
      of(text);
    } catch (const base::Error& error) {
      return error.render();
    }
    return {};
  }
  std::string message(const std::string& text) {
    try {
      of(text);
    } catch (const base::Error& error) {
      return error.message();
    }
    return {};
  }

  // A text as it stands in the second line of a file.
  static value::Value written(const std::string& text) {
    const auto source = base::register_source("site.yml", "- hosts: all\n  msg: " + text + "\n");
    return value::Value(text).at({source, 2, 8});
  }

  tests::PlainScope& scope() { return scope_; }
  const Templar& templar() const { return templar_; }
  const VaultSurroundings& surroundings() const { return surroundings_; }

 private:
  static value::Value read(const std::string& yaml) {
    base::Diagnostics diagnostics;
    return value::read_yaml(base::register_source("vars.yml", yaml), diagnostics);
  }

  VaultSurroundings surroundings_;
  Templar templar_;
  tests::PlainScope scope_;
};

}  // namespace provisioner::jinja
