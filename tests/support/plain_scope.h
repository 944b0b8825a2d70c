#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/language/jinja/templar.h"

namespace provisioner::tests {

// Variables of one host without layers, each resolved when it is asked for.
class PlainScope : public jinja::Scope {
 public:
  PlainScope(value::Value variables, const jinja::Templar& templar)
      : variables_(std::move(variables)), templar_(templar) {}

  std::optional<value::Value> variable(const std::string& name) override {
    const value::Value* found = raw(name);
    if (found == nullptr) return std::nullopt;
    ++reads_[name];
    if (++depth_ > 50) throw base::Error(base::Kind::input, "recursive loop detected");
    const value::Value resolved = templar_.resolve(*found, *this);
    --depth_;
    return resolved;
  }
  const value::Value* raw(const std::string& name) override { return variables_.find(name); }
  std::vector<std::string> names() override { return keys_of(variables_); }
  std::optional<value::Value> host_variable(const std::string& host,
                                            const std::string& name) override {
    const auto found = hosts_.find(host);
    const value::Value* member = found == hosts_.end() ? nullptr : found->second.find(name);
    return member == nullptr ? std::nullopt : std::optional(*member);
  }
  std::vector<std::string> host_names() override {
    std::vector<std::string> all;
    for (const auto& [name, variables] : hosts_) all.push_back(name);
    return all;
  }
  std::vector<std::string> host_variable_names(const std::string& host) override {
    const auto found = hosts_.find(host);
    return found == hosts_.end() ? std::vector<std::string>() : keys_of(found->second);
  }

  void add_host(const std::string& name, value::Value variables) {
    hosts_[name] = std::move(variables);
  }
  // How often a variable was resolved.
  int reads(const std::string& name) const {
    const auto found = reads_.find(name);
    return found == reads_.end() ? 0 : found->second;
  }

 private:
  static std::vector<std::string> keys_of(const value::Value& variables) {
    std::vector<std::string> all;
    for (const auto& [key, unused] : variables.dict()) all.push_back(value::Dict::key_text(key));
    return all;
  }

  value::Value variables_;
  std::map<std::string, value::Value> hosts_;
  std::map<std::string, int> reads_;
  const jinja::Templar& templar_;
  int depth_ = 0;
};

}  // namespace provisioner::tests
