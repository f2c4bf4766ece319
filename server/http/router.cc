#include <algorithm>

#include "server/http/handler.h"

namespace sluice::server {
namespace {

// `pattern` holds one `*`, which stands for exactly one non-empty segment.
bool matches_wildcard(std::string_view pattern, std::string_view path) {
  const auto star = pattern.find('*');
  const auto before = pattern.substr(0, star), after = pattern.substr(star + 1);
  if (path.size() <= before.size() + after.size()) return false;
  if (!path.starts_with(before) || !path.ends_with(after)) return false;
  const auto segment = path.substr(before.size(), path.size() - before.size() - after.size());
  return segment.find('/') == std::string_view::npos;
}

void add_allowed(std::string& allow, const std::vector<Method>& methods) {
  for (const Method method : methods) {
    if (allow.find(method_name(method)) != std::string::npos) continue;
    if (!allow.empty()) allow += ", ";
    allow += method_name(method);
  }
}

}  // namespace

void Router::add(std::vector<Method> methods, std::string path, std::shared_ptr<Handler> handler) {
  auto& routes = path.find('*') == std::string::npos ? exact_[path] : wildcard_;
  routes.push_back(Route{std::move(methods), std::move(path), std::move(handler)});
}

Router::Match Router::find(Method method, std::string_view path) const {
  Match match;
  const auto consider = [&](const Route& route) {
    if (match.handler != nullptr) return;
    if (std::find(route.methods.begin(), route.methods.end(), method) == route.methods.end())
      return add_allowed(match.allow, route.methods);
    match.handler = route.handler.get();
    match.route = route.path;
  };
  if (const auto found = exact_.find(path); found != exact_.end())
    for (const Route& route : found->second) consider(route);
  for (const Route& route : wildcard_)
    if (matches_wildcard(route.path, path)) consider(route);
  if (match.handler != nullptr) match.allow.clear();
  return match;
}

}  // namespace sluice::server
