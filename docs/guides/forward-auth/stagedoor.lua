-- Has Stagedoor decide a call, with what HAProxy 2.6 brings: no other Lua library is needed.
-- Whatever is not exactly an allow ends the call here.

local ASK = "http://127.0.0.1:4003/v1/forward-auth"
local TIMEOUT_MS = 5000

-- Of the hop between caller and HAProxy.
local NOT_TOLD = {
  ["connection"] = true, ["content-length"] = true, ["expect"] = true, ["host"] = true, ["keep-alive"] = true,
  ["te"] = true, ["trailer"] = true, ["transfer-encoding"] = true, ["upgrade"] = true,
}

local IDENTITY = { "x-stagedoor-tenant", "x-stagedoor-credential", "x-stagedoor-token", "x-stagedoor-endpoint", "x-request-id" }

-- Of a refusal, what the caller is told.
local TOLD = { "content-type", "www-authenticate", "retry-after", "allow", "odata-version", "cache-control", "x-request-id" }

local UNDECIDED = '{"title":"Nobody could decide the call","status":503,"detail":"Nothing was asked upstream. Try again in some seconds."}'

-- The value of a header that stands there once; nil for every other one.
local function once(headers, name)
  local values = headers and headers[name]
  if values == nil or values[0] == nil or values[1] ~= nil then return nil end
  return values[0]
end

local function refuse(txn, status, headers, body)
  local reply = txn:reply({ status = status, body = body })
  for name, value in pairs(headers) do reply:add_header(name, value) end
  txn:done(reply)
end

core.register_action("stagedoor", { "http-req" }, function(txn)
  local method = txn.sf:method()
  local target = txn.sf:pathq()
  local headers = {}
  for name, values in pairs(txn.http:req_get_headers()) do
    if not NOT_TOLD[name] then
      headers[name] = {}
      for index = 0, #values do table.insert(headers[name], values[index]) end
    end
  end
  headers["x-forwarded-method"] = { method }
  headers["x-forwarded-uri"] = { target }

  local answer = core.httpclient():get({ url = ASK, headers = headers, timeout = TIMEOUT_MS })
  local given = answer and answer.headers

  if answer and answer.status == 200 then
    local upstream = once(given, "x-stagedoor-upstream")
    local decided = once(given, "x-stagedoor-target")
    if upstream and decided then
      for _, name in ipairs(IDENTITY) do txn.http:req_set_header(name, once(given, name) or "") end
      txn:set_var("txn.stagedoor_upstream", upstream)
      -- What was decided, and not what came.
      txn.http:req_set_uri(decided)
      return
    end
  end

  if answer and answer.status and answer.status >= 400 and once(given, "x-stagedoor-code") then
    local told = {}
    for _, name in ipairs(TOLD) do told[name] = once(given, name) end
    return refuse(txn, answer.status, told, method == "HEAD" and "" or answer.body)
  end
  refuse(txn, 503, { ["content-type"] = "application/problem+json", ["retry-after"] = "5", ["cache-control"] = "no-store" }, UNDECIDED)
end, 0)
