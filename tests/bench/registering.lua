-- Registers people: fetches the form and sends it, each connection a thread of its own.
-- Arguments: `form` fetches one for each person, `post` sends the one form again and again under new names, `row` is
-- for the floor; then how many seconds a form lies open before it is sent, and a word that no run before has used.
local ffi = require("ffi")
ffi.cdef("typedef struct { long s, ns; } moment; int clock_gettime(int clock, moment *now);")
local now, numbers, threads = ffi.new("moment"), 0, {}

local function clock()
  ffi.C.clock_gettime(1, now)
  return tonumber(now.s) + tonumber(now.ns) / 1e9
end

function setup(thread)
  numbers = numbers + 1
  thread:set("number", numbers)
  table.insert(threads, thread)
end

function init(args)
  what, patience, word = args[1], tonumber(args[2]), args[3]
  paths, asked, open, sent, others, took, person = {}, true, {}, 0, 0, {}, 0
  for at = 4, #args do table.insert(paths, args[at]) end
  math.randomseed(number * 7919 + os.time())
end

-- A network of its own for each person, as the proxy in front would name it.
local function headers(more)
  more["Host"], more["Referer"], more["X-Forwarded-Proto"] = wrk.headers["Host"], "https://" .. wrk.headers["Host"] .. "/", "https"
  more["X-Forwarded-For"] = string.format("10.%d.%d.%d", number, math.floor(person / 250) % 250, person % 250)
  return more
end

local function uuid()
  local part = function() return math.random(0, 65535) end
  return string.format("%04x%04x-%04x-4%03x-8%03x-%04x%04x%04x", part(), part(), part(), part() % 4096, part() % 4096, part(), part(), part())
end

local function body(form)
  local who = string.format("%s-%d-%d", word, number, person)
  return "csrf_token=" .. form.token .. "&shown=" .. form.shown .. "&submission=" .. (what == "form" and form.submission or uuid())
    .. "&name=Person+" .. who .. "&email=" .. who .. "%40example.org&party_size=1&language=en&consent=y&website="
end

-- Leaves the one form open for as long before it is sent for the first time.
function delay()
  return what == "post" and #open == 1 and not begun and patience * 1000 or 0
end

-- Fetches a form where none has lain open long enough; in the beginning only that.
function request()
  person = person + 1
  path = paths[person % #paths + 1]
  local form = open[1]
  is_post = what == "row" or (form and (what == "post" or (asked and clock() - form.at >= patience)))
  begun = begun or (is_post and clock()) or nil
  asked = not is_post
  since = clock()
  if not is_post then return wrk.format("GET", path, headers({})) end
  local kind = { ["Content-Type"] = "application/x-www-form-urlencoded" }
  if what == "row" then return wrk.format("POST", path, headers(kind), "name=Person") end
  if what == "form" then table.remove(open, 1) end
  kind["Cookie"] = form.cookie
  return wrk.format("POST", what == "form" and form.path or path, headers(kind), body(form))
end

local function field(page, name)
  return (page:match('name="' .. name .. '"[^>]-value="([^"]*)"') or ""):gsub("=", "%%3D")
end

function response(status, heads, page)
  if is_post then
    if status == 303 or status == 204 then sent = sent + 1 else others = others + 1 end
    table.insert(took, string.format("%.2f", (clock() - since) * 1000))
    ended = clock()
  elseif status == 200 then
    local cookie = (heads["set-cookie"] or heads["Set-Cookie"] or ""):match("^[^;]*")
    local submission, token = field(page, "submission"), field(page, "csrf_token")
    table.insert(open, { cookie = cookie, token = token, submission = submission, shown = field(page, "shown"), path = path, at = clock() })
  else
    others = others + 1
  end
end

function done()
  for _, thread in ipairs(threads) do
    local ended = thread:get("ended")
    print(string.format("Sent: %d in %.4f s, %d others: %s", thread:get("sent"),
      ended and ended - thread:get("begun") or 1, thread:get("others"), table.concat(thread:get("took"), " ")))
  end
end
