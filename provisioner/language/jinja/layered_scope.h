#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/language/jinja/templar.h"

namespace provisioner::jinja {

// A scope's variables with a few over them, for as long as one template is rendered.
class LayeredScope : public Scope {
 public:
  LayeredScope(Scope& under, value::Dict own) : under_(under), own_(std::move(own)) {}

  std::optional<value::Value> variable(const std::string& name) override {
    if (const value::Value* found = own_.find(name)) return *found;
    return under_.variable(name);
  }
  const value::Value* raw(const std::string& name) override {
    const value::Value* found = own_.find(name);
    return found != nullptr ? found : under_.raw(name);
  }
  std::vector<std::string> names() override {
    std::vector<std::string> all = under_.names();
    for (const auto& [name, unused] : own_) all.push_back(value::Dict::key_text(name));
    return all;
  }
  std::optional<value::Value> host_variable(const std::string& host,
                                            const std::string& name) override {
    return under_.host_variable(host, name);
  }
  std::vector<std::string> host_names() override { return under_.host_names(); }
  std::vector<std::string> host_variable_names(const std::string& host) override {
    return under_.host_variable_names(host);
  }

 private:
  Scope& under_;
  value::Dict own_;
};

}  // namespace provisioner::jinja
