#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::run {

// What a run learns of one host, in the layers Ansible keeps apart. Only the run's thread touches
// it.
class HostVariables {
 public:
  // Facts as a module returned them ("ansible_distribution"); all of it becomes untrusted.
  void add_facts(const value::Dict& facts);
  void clear_facts();

  // set_fact, `register` and what else outlives a task without being a fact.
  void set(std::string_view name, value::Value value) { set_.set(name, std::move(value)); }
  void include(std::string_view name, value::Value value) { included_.set(name, std::move(value)); }

  const value::Dict& injected_facts() const { return injected_; }  // "ansible_distribution"
  const value::Value& facts() const { return facts_; }  // the dict `ansible_facts`: "distribution"
  const value::Dict& set_values() const { return set_; }
  const value::Dict& included_values() const { return included_; }

 private:
  value::Dict injected_;
  value::Value facts_ = value::Value(value::Dict()).untrusted();
  value::Dict set_;
  value::Dict included_;
};

}  // namespace provisioner::run
