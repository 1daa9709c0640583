-- Says how nginx has read a request, in the header `X-Reading` of an answer without content: in Base64, parted by spaces, its
-- method, its target, the path and the query that nginx took from that, each name and value, the content's length and its MD5.
-- The fields come from nginx's own list, in its order; `ngx.req.get_headers` would sort them into a table.

local ffi = require "ffi"
local base = require "resty.core.base"
require "resty.core.request"

local function fields()
    local request = base.get_request()
    local count = ffi.C.ngx_http_lua_ffi_req_get_headers_count(request, 0, ffi.new("int[1]"))
    local list = ffi.new("ngx_http_lua_ffi_table_elt_t[?]", count)
    if ffi.C.ngx_http_lua_ffi_req_get_headers(request, list, count, 1) ~= 0 then error("no list of fields") end
    local result = {}
    for at = 0, count - 1 do
        local name, value = list[at].key, list[at].value
        result[2 * at + 1] = ffi.string(name.data, name.len)
        result[2 * at + 2] = ffi.string(value.data, value.len)
    end
    return result
end

return function()
    ngx.req.read_body()
    if ngx.req.get_body_file() then error("the content is larger than client_body_buffer_size") end
    local content = ngx.req.get_body_data() or ""
    local parts = { ngx.req.get_method(), ngx.var.request_uri, ngx.var.uri, ngx.var.args or "" }
    for _, part in ipairs(fields()) do parts[#parts + 1] = part end
    parts[#parts + 1] = tostring(#content)
    parts[#parts + 1] = ngx.md5(content)
    for at, part in ipairs(parts) do parts[at] = ngx.encode_base64(part) end
    ngx.header["X-Reading"] = table.concat(parts, " ")
    ngx.exit(204)
end
