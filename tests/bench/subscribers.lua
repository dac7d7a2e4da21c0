-- Asks as calendars do: with the tag of the last answer. Says in the end how often it was told what.
local threads, tag = {}, ""

function setup(thread)
  table.insert(threads, thread)
end

function init()
  whole, unchanged, others = 0, 0, 0
end

function request()
  return wrk.format("GET", nil, { ["If-None-Match"] = tag, ["Accept-Encoding"] = "gzip" })
end

function response(status, headers)
  tag = headers["ETag"] or headers["etag"] or tag
  if status == 200 then whole = whole + 1 elseif status == 304 then unchanged = unchanged + 1 else others = others + 1 end
end

function done()
  for _, thread in ipairs(threads) do
    print(string.format("Answers: %d whole, %d unchanged, %d others",
      thread:get("whole"), thread:get("unchanged"), thread:get("others")))
  end
end
