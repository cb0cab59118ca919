#!lua name=tandem
-- What Tandem's shared objects are on a server. docs/machines.md says what they promise.
--
-- Overview. Each function is one step: nobody sees half of it. The client gives
--   1  its process's secret. The server gave no other process that secret, so that nobody acts for another.
--   2  the number of a channel of that process, which has one call under way at a time, and
--   3  the number of the call there. The last answer of each channel is kept: a call that comes again, as
--      its answer was lost, gets that answer and is not done twice; one that was overtaken is refused.
-- An answer is a string: '+' and what was asked for, or one of
--   'B' somebody else holds the lock, or there is nothing yet of what is waited for
--   'F' the caller does not hold it any more, and who does
--   'R' no element can hold that, and what it holds    'N' there is no such object
--   'X' there is another one by that name, and what    'G' nobody knows the process
--   'S' the call was overtaken                'E' the arguments cannot be
--   'L' nothing more comes
--   'C' the queue is closed                   'K' the barrier is broken
--   'Q' the machine has no room for that
--   'D' the threads that would wait for each other for ever, if the caller waited
-- 64-bit numbers never become numbers of Lua, which are doubles: they stay strings of bytes, or of digits.
--
-- Keys. All begin with the tag {t}, so that a cluster has them on one node, and with a secret of the server
-- that guests do not know: the rules for guests allow the commands that are used here, as they have to, and
-- without the names of keys there is nothing to use them on. One letter says what a key is of:
--   o  an object: kind, typecode t, elements n, guard g, bound b, label
--   d  its elements, big-endian
--   l  a lock: holder o, since when, acquisitions n, recoveries r, told s        q  who waits for it, in their order
--   t  the threads of a process that wait for a lock: attempt, how, since when, lock, name of the thread
--   n  those that wait for what their own machine has: see Circles
--   e  an event: flag f, how often set c        w  the processes that wait for it, and when they last said so
--   s  the numbers of a semaphore, a condition, a queue, a barrier or a read-write lock (see there), and how often one has stood
--   f  its rows, each a process and a number that this never uses again: who holds a permit, was signalled,
--      has come to a barrier                  y  who waits for a signal, in their order, as rows
--   z  the items of a queue                   v  the processes that wait at a side of it, in their order
--   b  the bytes that each machine has here                          g  those of an object, by machine
--   u  the processes that have an object                             x  the objects that a process has
--   p  a process: till, name, host, os, key, parent, secret, desk (what lies there)    h  the locks that a process holds
--   r  the last answers of a process, by channel                     k  the processes, by secret
--   c  the clock: seen, grace                                        i, j  the last object and process
--   A, B, I, O, S  jobs: see there
-- The letters of a process have a key by its secret, and so has its desk: the process reads there itself.
local VERSION, K = '@VERSION@', '{t}@SECRET@'

-- How long a process is believed to live without a word, in milliseconds; how long a silence of all is the
-- server's own; after how much more of it a process is forgotten.
local LEASE, SILENCE, OBLIVION = 3000, 1000, 60000

-- How much each machine may have here, and what an object and an item count for beside their contents.
local LIMIT, OBJECT_BYTES, ITEM_BYTES = '@LIMIT@', 1024, 64

local MOST_BYTES, MOST_LETTERS, MOST_ITEM, MOST_ROWS = 536870912, 10000, 67108864, 10000

-- At which a process waits: for a permit, an item, room for one, the last one that is done, the others of a
-- barrier.
local PERMIT, ITEM, ROOM, DONE, OTHERS = 's', 't', 'p', 'j', 'b'
local SIDES = {PERMIT, ITEM, ROOM, DONE, OTHERS}
local WIDTH = {b = 1, B = 1, h = 2, H = 2, i = 4, I = 4, l = 8, L = 8, q = 8, Q = 8, f = 4, d = 8}
local FIELD = {b = 'i8', B = 'u8', h = 'i16', H = 'u16', i = 'i32', I = 'u32',
               l = 'i64', L = 'i64', q = 'i64', Q = 'i64'}
-- Of L and Q, the top bit is kept flipped: so they are signed numbers in the same order.
local ZERO = {L = '\128\0\0\0\0\0\0\0', Q = '\128\0\0\0\0\0\0\0'}

-- What cannot change, once it is known: processes by their secrets, and of objects with elements their guard,
-- typecode and number. A server that starts knows none, and reads them again.
local pids, forms = {}, {}

-- There is none yet while the library is loaded.
local function call(...) return redis.call(...) end

local function now()
  local t = call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- From when on leases can be judged. All who are joined speak twice a second: when nobody did, the server was down,
-- stopped or cut off, and everybody has a whole lease again.
local function grace(t)
  local clock = call('HMGET', K .. 'c', 'seen', 'grace')
  if t - tonumber(clock[1] or 0) > SILENCE then return t + LEASE end
  return tonumber(clock[2] or 0)
end

-- Whether they can be judged now.
local function is_judging(t) return t >= grace(t) end

-- The same, and it is known that somebody has spoken.
local function judges(t)
  local first = grace(t)
  call('HSET', K .. 'c', 'seen', t, 'grace', first)
  return t >= first
end

local function is_dead(pid)
  local till = call('HGET', K .. 'p' .. pid, 'till')
  if not till then return true end
  local t = now()
  return tonumber(till) <= t and judges(t)
end

local function process_of(holder) return string.match(holder, '^%d+') end

local function thread_of(holder) return string.match(holder, '%.(%d+)$') or '' end

local function described(holder)
  if not holder then return 'free' end
  local p = call('HMGET', K .. 'p' .. process_of(holder), 'name', 'os', 'host')
  if not p[1] then return 'held by a process that has gone' end
  return 'held by ' .. p[1] .. ' (pid ' .. p[2] .. ' on ' .. p[3] .. ')'
end

local function mail(pid, ...)
  local secret = call('HGET', K .. 'p' .. pid, 'secret')
  if secret then call('XADD', '{t}m' .. secret, 'MAXLEN', '~', MOST_LETTERS, '*', ...) end
end

local function give(id, holder)
  call('HSET', K .. 'l' .. id, 'o', holder, 'since', now())
  call('HINCRBY', K .. 'l' .. id, 'n', 1)
  call('SADD', K .. 'h' .. process_of(holder), id)
end

local function take_back(id, holder)
  call('HDEL', K .. 'l' .. id, 'o')
  call('SREM', K .. 'h' .. process_of(holder), id)
end

-- As take_back, from one that did not give it back itself.
local function recover(id, holder)
  call('HINCRBY', K .. 'l' .. id, 'r', 1)
  call('HSET', K .. 'l' .. id, 'dead', described(holder))
  take_back(id, holder)
end

-- What the holder is told: whether it is to be told of a recovery, and of whom.
local function granted(id)
  local l = call('HMGET', K .. 'l' .. id, 'r', 's', 'dead')
  if (l[1] or '0') == (l[2] or '0') then return '+0' end
  return '+1' .. (l[3] or '')
end

local function waits_no_more(waiter) call('HDEL', K .. 't' .. process_of(waiter), thread_of(waiter)) end

local function times_given(id) return call('HGET', K .. 'l' .. id, 'n') or '0' end

-- Gives a free lock to the first who waits and lives. The letter says how often the lock was given by then: to
-- who was told later that another holds it, that letter is an old one.
local function pass(id)
  while true do
    local waiter = call('LPOP', K .. 'q' .. id)
    if not waiter then return end
    if not is_dead(process_of(waiter)) then
      waits_no_more(waiter)
      give(id, waiter)
      mail(process_of(waiter), 'grant', string.match(waiter, ':(%d+)'), 'answer',
        granted(id) .. '\t' .. times_given(id))
      return
    end
  end
end

-- What is stored counts for the machine that has sent it, for as long as it is here: whoever has an object by then.
local function machine_of(pid) return call('HGET', K .. 'p' .. pid, 'host') or '' end

local function bytes_of(machine) return tonumber(call('HGET', K .. 'b', machine) or 0) end

-- @param bytes fewer than none to take them back
local function count_for(machine, bytes)
  if call('HINCRBY', K .. 'b', machine, bytes) == 0 then call('HDEL', K .. 'b', machine) end
end

local function charge(id, machine, bytes)
  call('HINCRBY', K .. 'g' .. id, machine, bytes)
  count_for(machine, bytes)
end

local function discharge(id)
  local all = call('HGETALL', K .. 'g' .. id)
  for i = 1, #all, 2 do count_for(all[i], -all[i + 1]) end
end

-- What is answered when a machine may have no more: how much it has, may have, and wants, and its largest objects.
local largest_of
local function over(pid, bytes)
  local machine = machine_of(pid)
  local has = bytes_of(machine)
  if has + bytes <= tonumber(LIMIT) then return nil end
  return 'Q' .. string.format('%d\t%d\t%d', has, tonumber(LIMIT), bytes) .. largest_of(machine)
end

local function drop(pid, id)
  call('SREM', K .. 'u' .. id, pid)
  call('SREM', K .. 'x' .. pid, id)
  if call('SCARD', K .. 'u' .. id) == 0 then
    forms[id] = nil
    discharge(id)
    for _, kind in ipairs({'g', 'o', 'd', 'l', 'q', 'e', 'w', 's', 'f', 'y', 'z', 'u'}) do call('DEL', K .. kind .. id) end
    for _, side in ipairs(SIDES) do call('DEL', K .. 'v' .. side .. id) end
  end
end

local function have(pid, id)
  call('SADD', K .. 'u' .. id, pid)
  call('SADD', K .. 'x' .. pid, id)
end

-- What becomes of the jobs of a process that has ended: see Jobs.
local end_jobs_of
local function is_kind(id, kind) return call('HGET', K .. 'o' .. id, 'kind') == kind end

local function is_digits(text) return text and string.match(text, '^%d+$') and #text <= 18 end

local function count(id, what) return tonumber(call('HGET', K .. 's' .. id, what) or 0) end

-- Those who wait at a side are told in their order, as many as there is something for; each asks for it then,
-- and stands there again when another one was faster. Whoever has got something, and leaves something, tells the
-- next one. A letter to one who has died, or wants nothing any more, costs the others the time until they look.
local function stands(side, id, pid)
  call('ZADD', K .. 'v' .. side .. id, 'NX', call('HINCRBY', K .. 's' .. id, 'stood', 1), pid)
end

local function tell(side, id, many)
  while many > 0 do
    local first = call('ZPOPMIN', K .. 'v' .. side .. id)
    if not first[1] then return end
    if not is_dead(first[1]) then
      mail(first[1], 'event', side .. id)
      many = many - 1
    end
  end
end

local ALL = 9007199254740991

-- What is answered when there is nothing yet.
local function busy(side, id, pid, waits)
  if waits == '1' then stands(side, id, pid) else call('ZREM', K .. 'v' .. side .. id, pid) end
  return 'B'
end

-- Whether the process of a row is dead, or the one that has just ended.
local function is_gone(row, ended)
  local pid = process_of(row)
  return pid == ended or is_dead(pid)
end

local function free_permits(id) return count(id, 'permits') - call('HLEN', K .. 'f' .. id) end

-- Frees the permits that the dead hold.
local function settle_permits(id, ended)
  for _, row in ipairs(call('HKEYS', K .. 'f' .. id)) do
    if is_gone(row, ended) then call('HDEL', K .. 'f' .. id, row) end
  end
  tell(PERMIT, id, math.max(0, free_permits(id)))
end

-- Passes on what the dead were signalled, and did not use.
local function signal_first(id, ended)
  while true do
    local row = call('LPOP', K .. 'y' .. id)
    if not row then return false end
    if not is_gone(row, ended) then
      call('HSET', K .. 'f' .. id, row, 1)
      mail(process_of(row), 'grant', string.match(row, ':(%d+)$'), 'answer', '+')
      return true
    end
  end
end

local function settle_signals(id, ended)
  for _, row in ipairs(call('LRANGE', K .. 'y' .. id, 0, -1)) do
    if is_gone(row, ended) then call('LREM', K .. 'y' .. id, 0, row) end
  end
  for _, row in ipairs(call('HKEYS', K .. 'f' .. id)) do
    if is_gone(row, ended) then
      call('HDEL', K .. 'f' .. id, row)
      signal_first(id, ended)
    end
  end
end

-- The rows of a barrier: 'W' and how many had come before: it waits; 'G', the same: all have come; 'K': it broke.
local function end_phase(id, how)
  local rows = call('HGETALL', K .. 'f' .. id)
  for i = 1, #rows, 2 do
    if string.sub(rows[i + 1], 1, 1) == 'W' then
      call('HSET', K .. 'f' .. id, rows[i], how .. string.sub(rows[i + 1], 2))
    end
  end
  call('HSET', K .. 's' .. id, 'came', 0)
  tell(OTHERS, id, ALL)
end

local function break_barrier(id)
  if count(id, 'broken') == 0 then
    call('HSET', K .. 's' .. id, 'broken', 1)
    end_phase(id, 'K')
  end
end

-- It breaks when one who has come has died.
local function settle_barrier(id, ended)
  local rows = call('HGETALL', K .. 'f' .. id)
  for i = 1, #rows, 2 do
    if is_gone(rows[i], ended) then
      call('HDEL', K .. 'f' .. id, rows[i])
      if string.sub(rows[i + 1], 1, 1) == 'W' then break_barrier(id) end
    end
  end
end

-- Read-write locks: the attempt that writes; rows with what each share is for, R to read or W to write; and those
-- who wait, in their order, each with what it wants before its attempt.
local function may_share(id, mode)
  if call('HGET', K .. 's' .. id, 'writer') then return false end
  return mode == 'R' or call('HLEN', K .. 'f' .. id) == 0
end

local function enter_share(id, me, mode)
  call('HSET', K .. 'f' .. id, me, mode)
  if mode == 'W' then call('HSET', K .. 's' .. id, 'writer', me) end
  call('HINCRBY', K .. 's' .. id, 'taken', 1)
end

-- @return whether it had one
local function leave_share(id, me)
  if call('HGET', K .. 's' .. id, 'writer') == me then call('HDEL', K .. 's' .. id, 'writer') end
  return call('HDEL', K .. 'f' .. id, me) == 1
end

-- What who has got a share is told: whether a writer has died whose death no writer knows of, and who.
local function share_granted(id)
  local s = call('HMGET', K .. 's' .. id, 'recoveries', 'told', 'dead')
  if (s[1] or '0') == (s[2] or '0') then return '+0' end
  return '+1' .. (s[3] or '')
end

-- Lets those in who may go on now.
local function admit(id)
  while true do
    local row = call('LRANGE', K .. 'y' .. id, 0, 0)[1]
    if not row then return end
    local mode, waiter = string.sub(row, 1, 1), string.sub(row, 2)
    local is_gone = is_dead(process_of(waiter))
    if not is_gone and not may_share(id, mode) then return end
    call('LPOP', K .. 'y' .. id)
    if not is_gone then
      waits_no_more(waiter)
      enter_share(id, waiter, mode)
      mail(process_of(waiter), 'grant', string.match(waiter, ':(%d+)'), 'answer',
        share_granted(id) .. '\t' .. count(id, 'taken'))
    end
  end
end

local function settle_shares(id, ended)
  for _, row in ipairs(call('LRANGE', K .. 'y' .. id, 0, -1)) do
    if is_gone(string.sub(row, 2), ended) then call('LREM', K .. 'y' .. id, 0, row) end
  end
  for _, me in ipairs(call('HKEYS', K .. 'f' .. id)) do
    if is_gone(me, ended) then
      if call('HGET', K .. 's' .. id, 'writer') == me then
        call('HINCRBY', K .. 's' .. id, 'recoveries', 1)
        call('HSET', K .. 's' .. id, 'dead', described(me))
      end
      leave_share(id, me)
    end
  end
  admit(id)
end

-- An object that a process had which has ended.
local function settle(id, ended)
  local kind = call('HGET', K .. 'o' .. id, 'kind')
  for _, side in ipairs(SIDES) do call('ZREM', K .. 'v' .. side .. id, ended) end
  if kind == 'SEMAPHORE' then settle_permits(id, ended)
  elseif kind == 'CONDITION' then settle_signals(id, ended)
  elseif kind == 'BARRIER' then settle_barrier(id, ended)
  elseif kind == 'READ_WRITE_LOCK' then settle_shares(id, ended)
  elseif kind == 'QUEUE' then
    tell(ITEM, id, call('LLEN', K .. 'z' .. id))
    tell(ROOM, id, ALL)
  end
end

local function desk(pid) return '{t}w' .. (call('HGET', K .. 'p' .. pid, 'secret') or '') end

-- Brings back what lies there: see Many elements.
local function clear_desk(pid)
  local id = call('HGET', K .. 'p' .. pid, 'desk')
  if not id then
    call('DEL', desk(pid))
    return
  end
  call('HDEL', K .. 'p' .. pid, 'desk')
  redis.pcall('RENAME', desk(pid), K .. 'd' .. id)
end

-- A process has ended, or is forgotten.
local function forget(pid)
  clear_desk(pid)
  end_jobs_of(pid)
  for _, id in ipairs(call('SMEMBERS', K .. 'h' .. pid)) do
    local holder = call('HGET', K .. 'l' .. id, 'o')
    if holder and process_of(holder) == pid then
      recover(id, holder)
      pass(id)
    end
  end
  for _, id in ipairs(call('SMEMBERS', K .. 'x' .. pid)) do
    settle(id, pid)
    drop(pid, id)
  end
  local secret = call('HGET', K .. 'p' .. pid, 'secret')
  if secret then
    pids[secret] = nil
    call('HDEL', K .. 'k', secret)
    call('DEL', '{t}m' .. secret)
  end
  for _, kind in ipairs({'p', 'h', 'x', 'r', 't', 'n'}) do call('DEL', K .. kind .. pid) end
end

local function processes() return call('HVALS', K .. 'k') end

largest_of = function(machine)
  local seen, all = {}, {}
  for _, pid in ipairs(processes()) do
    for _, id in ipairs(call('SMEMBERS', K .. 'x' .. pid)) do
      local bytes = not seen[id] and #all < 1000 and call('HGET', K .. 'g' .. id, machine)
      seen[id] = true
      if bytes then all[#all + 1] = {tonumber(bytes), id} end
    end
  end
  table.sort(all, function(one, other) return one[1] > other[1] end)
  local words = ''
  for i = 1, math.min(3, #all) do
    local o = call('HMGET', K .. 'o' .. all[i][2], 'kind', 'label')
    words = words .. string.format('\n%s\t%s\t%s\t%d', o[1], all[i][2], o[2], all[i][1])
  end
  return words
end

local function pid_of(secret)
  local pid = pids[secret] or call('HGET', K .. 'k', secret) or nil
  pids[secret] = pid
  return pid
end

-- A call of a process that only reads, or may be done twice.
local function often(name, flags, body)
  redis.register_function{function_name = 'tandem_' .. name, flags = flags, callback = function(_, a)
    local pid = pid_of(a[1] or '')
    if not pid then return 'G' end
    return body(pid, a)
  end}
end

-- A call of a process that is done once, however often it comes. The arguments of its own begin with the fourth.
-- The body is told the number and the answer of the call before, too: what the caller gives up, without having
-- heard whether it was done, it takes back by the next call of the channel.
local function once(name, flags, body)
  redis.register_function{function_name = 'tandem_' .. name, flags = flags, callback = function(_, a)
    local pid = pid_of(a[1] or '')
    if not pid then return 'G' end
    local number = tonumber(a[3])
    if not number or not string.match(a[2], '^%d+$') then return 'E' end
    local last = call('HGET', K .. 'r' .. pid, a[2])
    if last then
      local space = string.find(last, ' ', 1, true)
      local done = tonumber(string.sub(last, 1, space - 1))
      if done == number then return string.sub(last, space + 1) end
      if done > number then return 'S' end
    end
    local answer = body(pid, a, last)
    call('HSET', K .. 'r' .. pid, a[2], a[3] .. ' ' .. answer)
    return answer
  end}
end

-- What a call was given that is taken back; nil when it was given nothing.
local function given(last, number)
  local beginning = number .. ' +'
  if last and string.sub(last, 1, #beginning) == beginning then return string.sub(last, #beginning + 1) end
end

local ROOMY = {'allow-oom'}

---- Processes

redis.register_function{function_name = 'tandem_version', flags = {'no-writes'},
  callback = function() return '+' .. VERSION end}

-- secret, name, host, pid there, the key of its family, that of its parent
redis.register_function{function_name = 'tandem_join', callback = function(_, a)
  if #a ~= 6 or #a[1] ~= 32 then return 'E' end
  for i = 2, 6 do if #a[i] > 300 then return 'E' end end
  local pid = call('HGET', K .. 'k', a[1])
  if not pid then
    pid = tostring(call('INCR', K .. 'j'))
    call('HSET', K .. 'k', a[1], pid)
    call('HSET', K .. 'p' .. pid, 'secret', a[1], 'name', a[2], 'host', a[3], 'os', a[4], 'key', a[5], 'parent', a[6],
      'till', now() + LEASE)
  end
  return '+' .. pid
end}

-- secret, the last letter that was read
often('beat', ROOMY, function(pid, a)
  local t = now()
  local judging = judges(t)
  call('HSET', K .. 'p' .. pid, 'till', t + LEASE)
  if a[2] ~= '0' then call('XTRIM', '{t}m' .. a[1], 'MINID', a[2]) end
  if judging and t - tonumber(call('HGET', K .. 'c', 'swept') or 0) > 5000 then
    call('HSET', K .. 'c', 'swept', t)
    for _, other in ipairs(processes()) do
      local till = call('HGET', K .. 'p' .. other, 'till')
      if not till or tonumber(till) + OBLIVION < t then forget(other) end
    end
  end
  return '+'
end)

often('leave', ROOMY, function(pid) forget(pid) return '+' end)

-- secret, the key of the caller's family, the pid that its child had
often('reap', ROOMY, function(pid, a)
  local own = call('HMGET', K .. 'p' .. pid, 'key', 'host')
  for _, other in ipairs(processes()) do
    local p = call('HMGET', K .. 'p' .. other, 'parent', 'os', 'host')
    if other ~= pid and p[1] == own[1] and p[2] == a[2] and p[3] == own[2] then forget(other) end
  end
  return '+'
end)

-- Each process that lives: its host, name and pid, and whether it accepts jobs, a line for each.
often('members', {'no-writes'}, function()
  local lines, t = {}, now()
  local all = not is_judging(t)
  for _, other in ipairs(processes()) do
    local p = call('HMGET', K .. 'p' .. other, 'host', 'name', 'os', 'till', 'accepts')
    if p[1] and (all or tonumber(p[4]) > t) then
      lines[#lines + 1] = p[1] .. '\t' .. p[2] .. '\t' .. p[3] .. '\t' .. (p[5] and '1' or '0')
    end
  end
  return '+' .. table.concat(lines, '\n')
end)

---- Objects

local function form_of(id)
  local o = call('HMGET', K .. 'o' .. id, 'kind', 't', 'n', 'g', 'label', 'maker', 'b')
  if not o[1] then return nil end
  return table.concat(o, '\t')
end

local PLAIN = {LOCK = true, EVENT = true, SEMAPHORE = true, CONDITION = true, QUEUE = true, BARRIER = true,
               READ_WRITE_LOCK = true}

-- name ('' for none), kind, typecode, elements, guard ('' for none, '*' for its own, else the lock's object),
-- bytes of the elements ('' for zeros), label, bound (0 for none), how many at first -> id, or X and the form of
-- another one
once('make', nil, function(pid, a)
  local name, kind, typecode, n, guard, bytes, label = a[4], a[5], a[6], tonumber(a[7]), a[8], a[9], a[10]
  local width = WIDTH[typecode]
  local has_elements = kind == 'ARRAY' or kind == 'VALUE'
  local bound, first = a[11] or '0', a[12] or '0'
  if not (has_elements or PLAIN[kind]) or has_elements ~= (width ~= nil)
      or not is_digits(bound) or not is_digits(first) or kind == 'CONDITION' and (guard == '' or guard == '*')
      or not has_elements and typecode ~= '' or not n or n < 0 or n ~= math.floor(n)
      or n * (width or 0) > MOST_BYTES or bytes ~= '' and #bytes ~= n * (width or 0)
      or #name > 300 or #label > 300 then
    return 'E'
  end
  local id
  if name ~= '' then
    id = 'n' .. name
    local other = call('HMGET', K .. 'o' .. id, 'kind', 't', 'n', 'g', 'b')
    if other[1] then
      if other[1] ~= kind or other[2] ~= typecode or other[3] ~= a[7] or other[4] ~= guard or other[5] ~= bound then
        return 'X' .. form_of(id)
      end
      have(pid, id)
      return '+' .. id
    end
  end
  if guard ~= '' and guard ~= '*' and call('HGET', K .. 'o' .. guard, 'g') ~= '*' then return 'N' end
  local cost = OBJECT_BYTES + n * (width or 0)
  local too_much = over(pid, cost)
  if too_much then return too_much end
  if not id then
    id = 'a' .. tostring(call('INCR', K .. 'i'))
  end
  local p = call('HMGET', K .. 'p' .. pid, 'name', 'os', 'host')
  call('HSET', K .. 'o' .. id, 'kind', kind, 't', typecode, 'n', a[7], 'g', guard, 'label', label, 'b', bound,
    'maker', p[1] .. ' (pid ' .. p[2] .. ' on ' .. p[3] .. ')')
  if has_elements and n > 0 then
    if bytes == '' and ZERO[typecode] then bytes = string.rep(ZERO[typecode], n) end
    if bytes == '' then
      call('SETRANGE', K .. 'd' .. id, n * width - 1, '\0')
    else
      call('SET', K .. 'd' .. id, bytes)
    end
  end
  if kind == 'SEMAPHORE' then call('HSET', K .. 's' .. id, 'permits', first) end
  charge(id, machine_of(pid), cost)
  have(pid, id)
  return '+' .. id
end)

-- id -> its form; the caller has it from then on
once('open', nil, function(pid, a)
  local form = form_of(a[4])
  if not form then return 'N' end
  have(pid, a[4])
  return '+' .. form
end)

once('close', ROOMY, function(pid, a)
  drop(pid, a[4])
  return '+'
end)

-- id, key: the process of that key has it too
once('give', nil, function(_, a)
  if not call('HGET', K .. 'o' .. a[4], 'kind') then return 'N' end
  for _, other in ipairs(processes()) do
    if a[5] ~= '' and call('HGET', K .. 'p' .. other, 'key') == a[5] then have(other, a[4]) end
  end
  return '+'
end)

-- id, label -> the label that it has now
once('label', nil, function(_, a)
  local label = call('HGET', K .. 'o' .. a[4], 'label')
  if not label then return 'N' end
  if #a[5] > 300 then return 'E' end
  if label == '' then
    call('HSET', K .. 'o' .. a[4], 'label', a[5])
    label = a[5]
  end
  return '+' .. label
end)

---- Locks. A holder is a process, the number of the attempt by which it got the lock, and the number of the
---- thread, as in 3:17.45. No two holds, ever, have the same, so that it is what a write carries to prove that it
---- still holds. An attempt is the last two of them; without a thread, it is part of no circle.

local function is_attempt(text) return string.match(text, '^%d+%.?%d*$') and #text <= 40 end

local function is_lock(id) return call('HGET', K .. 'o' .. id, 'g') == '*' end

-- Circles. Whoever is to wait without a limit is refused when that would close one: lock, its holder, the lock that
-- this thread waits for, and so on, leads to the caller. A lock that changes hands goes to a thread that waits for
-- nothing then, so no circle comes about in another way. Where a process of the circle has not spoken for a
-- SILENCE, it may be dead, and its locks be free soon: the caller waits, and is judged when it looks again. So it is
-- after MOST_STEPS. A thread that still has what it wants to give up, as the server had no word of that, is no
-- circle by itself.
--
-- Threads also wait for a lock of their machine, or for the end of a worker, and those who have joined say so here,
-- twice a second. Who has that lock, they have read some time ago: since then the holder may have given it back. So
-- they say by when it was read, by the clock of here, as the answer to the time before gave it: a holder whose wait
-- began earlier than that has had it then, and cannot have given it back. The end of a worker is waited for until it
-- comes; it does not come while the worker's only thread waits.
local MOST_STEPS = 500

local function plain(text) return (string.gsub(text or '', '%c', '?')) end

-- What a wait for a lock is: attempt, how, since when, lock, name of the thread. '1' is with a limit, '2' without; '3'
-- that too, by the only thread of its process.
local function wait_in(text) return string.match(text, '^(%S+) (%d) (%d+) (.-)\t(.*)$') end

local function begin_wait(me, attempt, how, id, name)
  local key, thread = K .. 't' .. process_of(me), thread_of(me)
  local before = call('HGET', key, thread)
  local since = now()
  if before then
    local other, _, begun = wait_in(before)
    if other == attempt then since = begun end
  end
  how = (how == '2' or how == '3') and how or '1'
  call('HSET', key, thread, attempt .. ' ' .. how .. ' ' .. since .. ' ' .. id .. '\t' .. plain(name))
end

local function holder_of(id) return call('HGET', K .. 'l' .. id, 'o') or call('HGET', K .. 's' .. id, 'writer') end

-- A wait for what a machine has: its number, whether by the only thread, since when, by when the rest was read; the
-- process there and the thread, 0 for its only one; what is waited for, and the name of the thread.
local function own_wait_in(text)
  return string.match(text, '^(%d+) (%d) (%d+) (%d+) (%d+) (%d+)\t(.-)\t(.*)$')
end

-- The process of here that a machine knows by a pid; of several, the one that spoke last.
local function neighbour(pid, os)
  local host, found, latest = machine_of(pid), nil, 0
  for _, other in ipairs(processes()) do
    local p = call('HMGET', K .. 'p' .. other, 'os', 'host', 'till')
    if p[1] == os and p[2] == host and tonumber(p[3]) > latest then found, latest = other, tonumber(p[3]) end
  end
  return found
end

local function only_thread(pid)
  for letter, reads in pairs({t = wait_in, n = own_wait_in}) do
    local all = call('HGETALL', K .. letter .. pid)
    for i = 1, #all, 2 do
      local _, how = reads(all[i + 1])
      if letter == 't' and how == '3' or letter == 'n' and how == '1' then return all[i] end
    end
  end
end

-- What a thread waits for without a limit; nil when it does not. `next_pid` and `next_thread` have that; `valid` is by
-- when they had it, nil where they have it now.
local function own_step(pid, thread)
  local wait = call('HGET', K .. 'n' .. pid, thread)
  if not wait then return nil end
  local _, _, since, valid, os, holder, what, name = own_wait_in(wait)
  local other, is_end = neighbour(pid, os), holder == '0'
  if other and is_end then holder = only_thread(other) end
  if not other or not holder then return nil end
  return {pid = pid, thread = thread, name = name, since = tonumber(since), what = what, is_end = is_end,
          valid = not is_end and tonumber(valid) or nil, next_pid = other, next_thread = holder}
end

local function step_from(pid, thread)
  local wait = call('HGET', K .. 't' .. pid, thread)
  if not wait then return own_step(pid, thread) end
  local _, how, since, id, name = wait_in(wait)
  local holder = how ~= '1' and holder_of(id)
  if not holder then return nil end
  return {pid = pid, thread = thread, name = name, since = tonumber(since), id = id,
          next_pid = process_of(holder), next_thread = thread_of(holder)}
end

local function words_of(step)
  local p = call('HMGET', K .. 'p' .. step.pid, 'name', 'os', 'host')
  local o = {step.is_end and 'END' or 'HERE', '', step.what}
  if step.id then
    o = call('HMGET', K .. 'o' .. step.id, 'kind', 'label')
    o = {o[1], step.id, o[2]}
  end
  local words = {p[1], p[2], p[3], step.name, o[1], o[2], o[3]}
  for i = 1, 7 do words[i] = plain(words[i]) end
  return table.concat(words, '\t')
end

-- The steps from one on that lead back to its thread; nil when they do not.
local function way_back(first)
  local way, step = {}, first
  for _ = 1, MOST_STEPS do
    way[#way + 1] = step
    local is_back = step.next_pid == first.pid and step.next_thread == first.thread
    local next_one = is_back and first or step_from(step.next_pid, step.next_thread)
    if not next_one or step.valid and next_one.since >= step.valid then return nil end
    if is_back then return way end
    step = next_one
  end
end

-- What a thread is told whose step closes a circle, which begins with it; nil when it closes none.
local function circle(first)
  local way = way_back(first)
  if not way or #way == 1 then return nil end
  local t, words = now(), {}
  for i, step in ipairs(way) do
    local till = call('HGET', K .. 'p' .. step.pid, 'till')
    if i > 1 and (not till or tonumber(till) < t + LEASE - SILENCE) then return nil end
    words[i] = words_of(step)
  end
  return table.concat(words, '\n')
end

-- The same for one that has just begun to wait for a lock of here.
local function closed_by(me)
  local thread = thread_of(me)
  local step = thread ~= '' and step_from(process_of(me), thread)
  return step and circle(step)
end

-- thread, number of the wait, whether it is the only thread, whether it gives up when that closes a circle, by when
-- the rest was read (0 when that is not known), the pid of who has it and the thread (0: its only one), what that is,
-- name of the thread -> the time
once('waits', ROOMY, function(pid, a)
  for _, i in ipairs({4, 5, 8, 9, 10}) do
    if not is_digits(a[i]) then return 'E' end
  end
  if not a[12] or #a[11] > 300 or #a[12] > 300 then return 'E' end
  local key, since = K .. 'n' .. pid, now()
  local before = call('HGET', key, a[4])
  if not before and call('HLEN', key) >= MOST_ROWS then return 'E' end
  if before then
    local number, _, begun = own_wait_in(before)
    if number == a[5] then since = begun end
  end
  call('HSET', key, a[4], table.concat({a[5], a[6] == '1' and '1' or '0', since, a[8], a[9], a[10]}, ' ')
    .. '\t' .. plain(a[11]) .. '\t' .. plain(a[12]))
  local step = a[7] == '1' and own_step(pid, a[4])
  local closed = step and circle(step)
  if closed then
    call('HDEL', key, a[4])
    return 'D' .. closed
  end
  return '+' .. now()
end)

-- thread, number of the wait
once('goeson', ROOMY, function(pid, a)
  local wait = call('HGET', K .. 'n' .. pid, a[4] or '')
  if wait and own_wait_in(wait) == a[5] then call('HDEL', K .. 'n' .. pid, a[4]) end
  return '+'
end)

-- id, attempt, how it waits: 0 for not, 1 for a time, 2 for as long as that takes, 3 also as the only thread; the name
-- of the thread
once('acquire', ROOMY, function(pid, a)
  local id, me = a[4], pid .. ':' .. a[5]
  if not is_attempt(a[5]) or a[7] and #a[7] > 300 then return 'E' end
  if not is_lock(id) then return 'N' end
  local holder = call('HGET', K .. 'l' .. id, 'o')
  if holder == me then return granted(id) end
  if holder and is_dead(process_of(holder)) then
    recover(id, holder)
    pass(id)
    holder = call('HGET', K .. 'l' .. id, 'o')
    if holder == me then return granted(id) end
  end
  if holder then
    if a[6] ~= '0' then
      if not call('LPOS', K .. 'q' .. id, me) then call('RPUSH', K .. 'q' .. id, me) end
      begin_wait(me, a[5], a[6], id, a[7])
      local closed = closed_by(me)
      if closed then
        call('LREM', K .. 'q' .. id, 0, me)
        waits_no_more(me)
        return 'D' .. closed
      end
    end
    return 'B' .. described(holder) .. '\t' .. times_given(id)
  end
  call('LREM', K .. 'q' .. id, 0, me)
  waits_no_more(me)
  give(id, me)
  return granted(id)
end)

-- What somebody who does not hold a lock is answered who has to; nil when he does.
local function not_held(id, me)
  local holder = call('HGET', K .. 'l' .. id, 'o')
  if holder == me then return nil end
  return is_lock(id) and 'F' .. described(holder) or 'N'
end

local function release(id, me, micros)
  local waited = tonumber(micros)
  if waited and waited > 0 then
    call('HINCRBY', K .. 'l' .. id, 'waits', 1)
    call('HINCRBY', K .. 'l' .. id, 'micros', micros)
    if waited > tonumber(call('HGET', K .. 'l' .. id, 'longest') or 0) then
      call('HSET', K .. 'l' .. id, 'longest', micros)
    end
  end
  take_back(id, me)
  pass(id)
end

-- id, attempt, microseconds that it waited
once('release', ROOMY, function(pid, a)
  local no = not_held(a[4], pid .. ':' .. a[5])
  if no then return no end
  release(a[4], pid .. ':' .. a[5], a[6])
  return '+'
end)

-- id, attempt: it does not want the lock any more, whether it has it by now or waits
once('forgo', ROOMY, function(pid, a)
  local id, me = a[4], pid .. ':' .. a[5]
  if not is_attempt(a[5]) then return 'E' end
  call('LREM', K .. 'q' .. id, 0, me)
  waits_no_more(me)
  if call('HGET', K .. 'l' .. id, 'o') == me then
    take_back(id, me)
    pass(id)
  end
  return '+'
end)

-- id, attempt: the holder has told its program of what was recovered
once('told', ROOMY, function(pid, a)
  local l = call('HMGET', K .. 'l' .. a[4], 'o', 'r')
  if l[1] ~= pid .. ':' .. a[5] then return 'F' .. described(l[1]) end
  call('HSET', K .. 'l' .. a[4], 's', l[2] or '0')
  return '+'
end)

-- id -> who held it
once('break', ROOMY, function(_, a)
  if not is_lock(a[4]) then return 'N' end
  local holder = call('HGET', K .. 'l' .. a[4], 'o')
  local words = described(holder)
  if holder then
    recover(a[4], holder)
    pass(a[4])
  end
  return '+' .. words
end)

-- id -> who holds it, and the counts
often('lock', {'no-writes'}, function(_, a)
  if not is_lock(a[2]) then return 'N' end
  local l = call('HMGET', K .. 'l' .. a[2], 'o', 'n', 'waits', 'micros', 'longest', 'r')
  return '+' .. (l[2] or 0) .. '\t' .. (l[3] or 0) .. '\t' .. (l[4] or 0) .. '\t' .. (l[5] or 0) .. '\t'
    .. (l[6] or 0) .. '\t' .. described(l[1])
end)

---- Elements

-- What an access to elements has to know, or what to answer instead: the typecode, and nothing.
local function element(pid, id, attempt, from, count)
  local form = forms[id]
  if not form then
    local o = call('HMGET', K .. 'o' .. id, 'g', 't', 'n')
    if not o[1] or not WIDTH[o[2]] then return nil, 'N' end
    form = {typecode = o[2], many = tonumber(o[3]), lock = o[1] == '*' and id or o[1]}
    forms[id] = form
  end
  local first, many = tonumber(from), tonumber(count)
  if not first or not many or first ~= math.floor(first) or many ~= math.floor(many)
      or first < 0 or many < 0 or first + many > form.many then
    return nil, 'E'
  end
  if form.lock ~= '' then
    local holder = call('HGET', K .. 'l' .. form.lock, 'o')
    if attempt ~= '' then
      if holder ~= pid .. ':' .. attempt then return nil, 'F' .. described(holder) end
    elseif holder then
      return nil, 'B'
    end
  end
  return form.typecode
end

local function read(id, typecode, from, count)
  if count == 0 then return '' end
  local width = WIDTH[typecode]
  return call('GETRANGE', K .. 'd' .. id, from * width, (from + count) * width - 1)
end

local function write(id, typecode, from, bytes)
  if #bytes > 0 then call('SETRANGE', K .. 'd' .. id, from * WIDTH[typecode], bytes) end
end

-- id, attempt, from, how many -> bytes
often('get', {'no-writes'}, function(pid, a)
  local typecode, no = element(pid, a[2], a[3], a[4], a[5])
  if no then return no end
  return '+' .. read(a[2], typecode, tonumber(a[4]), tonumber(a[5]))
end)

local function peek(id, first, many)
  local o = call('HMGET', K .. 'o' .. (id or ''), 't', 'n')
  local from, count = tonumber(first), tonumber(many)
  if not o[1] or not WIDTH[o[1]] then return 'N' end
  if not from or not count or from < 0 or count < 0 or from + count > tonumber(o[2]) then return 'E' end
  return '+' .. read(id, o[1], from, count)
end

-- id, from, how many -> bytes, whoever holds the lock: for a look
often('peek', {'no-writes'}, function(_, a) return peek(a[2], a[3], a[4]) end)

-- id, attempt, from, how many, bytes
once('set', nil, function(pid, a)
  local typecode, no = element(pid, a[4], a[5], a[6], a[7])
  if no then return no end
  if #a[8] ~= tonumber(a[7]) * WIDTH[typecode] then return 'E' end
  write(a[4], typecode, tonumber(a[6]), a[8])
  return '+'
end)

-- Many elements. Lua reckons with each byte of each of its strings, so those of many go past it: in one step, by
-- MULTI, the process has the elements laid on its desk, a key by its secret, reads or writes there, and has the
-- desk cleared. Where the access is refused, nothing lies there, and what is written is cleared away. A call that
-- comes again is one of 'get' or 'set', with the same numbers.
local function lay(pid, id, attempt, from, count)
  local typecode, no = element(pid, id, attempt, from, count)
  if no then return no end
  clear_desk(pid)
  call('RENAME', K .. 'd' .. id, desk(pid))
  call('HSET', K .. 'p' .. pid, 'desk', id)
  return '+'
end

-- id, attempt, from, how many
often('lay', ROOMY, function(pid, a) return lay(pid, a[2], a[3], a[4], a[5]) end)
once('layonce', ROOMY, function(pid, a) return lay(pid, a[4], a[5], a[6], a[7]) end)
often('clear', ROOMY, function(pid)
  clear_desk(pid)
  return '+'
end)

-- id, attempt, index, change as digits -> the bytes of the sum
once('add', nil, function(pid, a)
  local typecode, no = element(pid, a[4], a[5], a[6], 1)
  if no then return no end
  if not FIELD[typecode] or not string.match(a[7], '^-?%d+$') then return 'E' end
  local sum = call('BITFIELD', K .. 'd' .. a[4], 'OVERFLOW', 'FAIL', 'INCRBY', FIELD[typecode], '#' .. a[6], a[7])
  return (sum[1] and '+' or 'R') .. read(a[4], typecode, tonumber(a[6]), 1)
end)

-- id, attempt, index, change as 8 bytes -> the bytes of the sum
once('addreal', nil, function(pid, a)
  local typecode, no = element(pid, a[4], a[5], a[6], 1)
  if no then return no end
  if typecode ~= 'f' and typecode ~= 'd' or #a[7] ~= 8 then return 'E' end
  local form, at = typecode == 'f' and '>f' or '>d', tonumber(a[6])
  local old = read(a[4], typecode, at, 1)
  local sum = struct.unpack(form, old) + struct.unpack('>d', a[7])
  local new = struct.pack(form, sum)
  local held = struct.unpack(form, new)
  if math.abs(held) == math.huge and math.abs(sum) ~= math.huge then return 'R' .. old end
  write(a[4], typecode, at, new)
  return '+' .. new
end)

-- id, attempt, index, the bytes that are expected, the new ones -> whether they were
once('exchange', nil, function(pid, a)
  local typecode, no = element(pid, a[4], a[5], a[6], 1)
  if no then return no end
  if #a[7] ~= WIDTH[typecode] or #a[8] ~= WIDTH[typecode] then return 'E' end
  local at = tonumber(a[6])
  if read(a[4], typecode, at, 1) ~= a[7] then return '+0' end
  write(a[4], typecode, at, a[8])
  return '+1'
end)

---- Events

local function is_event(id) return call('HGET', K .. 'o' .. id, 'kind') == 'EVENT' end

once('raise', ROOMY, function(_, a)
  local id = a[4]
  if not is_event(id) then return 'N' end
  call('HSET', K .. 'e' .. id, 'f', 1)
  local raises = string.format('%d', call('HINCRBY', K .. 'e' .. id, 'c', 1))
  for _, pid in ipairs(call('HKEYS', K .. 'w' .. id)) do mail(pid, 'event', id, 'raises', raises) end
  call('DEL', K .. 'w' .. id)
  return '+'
end)

once('lower', ROOMY, function(_, a)
  if not is_event(a[4]) then return 'N' end
  call('HSET', K .. 'e' .. a[4], 'f', 0)
  return '+'
end)

-- id, whether to send a letter at the next raise, the count when the caller came, if it knows it -> flag and count
often('event', ROOMY, function(pid, a)
  if not is_event(a[2]) then return 'N' end
  local e = call('HMGET', K .. 'e' .. a[2], 'f', 'c')
  local waits = e[1] ~= '1' and (a[4] == '' or a[4] == (e[2] or '0'))
  if a[3] == '1' and waits then call('HSET', K .. 'w' .. a[2], pid, now()) end
  return '+' .. (e[1] == '1' and '1' or '0') .. (e[2] or '0')
end)

---- Jobs: code on its way to a process that accepts such, and what that process says of it. The sender gives each
---- the name by which both know it, 32 random digits, so that it can be taken back though an answer was lost. What
---- is in a job, its process checks by its signature; here it is bytes.
----   A  the processes that accept jobs       I  the jobs that a process has accepted     S  those that it has sent
----   B  a job: from, to, blob until it has begun, begun, wish (term, kill, gone), held, over, lost
----   O  what its process has said of it and its sender has not heard

local MOST_JOB_BYTES, MOST_JOBS, MOST_SAID_BYTES = 16777216, 64, 8388608
local MOST_HELD_BYTES, MOST_LINES_BYTES, MOST_HEARD_BYTES = 1048576, 2097152, 262144

local function is_known(pid) return call('HGET', K .. 'p' .. pid, 'secret') end

local function is_job(id) return #id == 32 and string.match(id, '^%x+$') end

-- It has begun, or goes.
local function unload(id)
  local b = call('HMGET', K .. 'B' .. id, 'bytes', 'machine')
  if b[1] then count_for(b[2], -b[1]) end
  call('HDEL', K .. 'B' .. id, 'blob', 'bytes', 'machine')
end

local function drop_job(id)
  unload(id)
  local b = call('HMGET', K .. 'B' .. id, 'from', 'to')
  if b[1] then
    call('SREM', K .. 'S' .. b[1], id)
    call('SREM', K .. 'I' .. b[2], id)
  end
  call('DEL', K .. 'B' .. id)
  call('DEL', K .. 'O' .. id)
end

end_jobs_of = function(pid)
  call('SREM', K .. 'A', pid)
  for _, id in ipairs(call('SMEMBERS', K .. 'I' .. pid)) do
    local from = call('HGET', K .. 'B' .. id, 'from')
    if from and is_known(from) then
      call('HSET', K .. 'B' .. id, 'lost', 1)
      mail(from, 'event', 'j' .. id)
    else
      drop_job(id)
    end
  end
  call('DEL', K .. 'I' .. pid)
  for _, id in ipairs(call('SMEMBERS', K .. 'S' .. pid)) do
    local b = call('HMGET', K .. 'B' .. id, 'to', 'over', 'lost')
    if not b[1] or b[2] or b[3] then
      drop_job(id)
    else
      call('HSET', K .. 'B' .. id, 'wish', 'gone')
      mail(b[1], 'event', 'work')
    end
  end
  call('DEL', K .. 'S' .. pid)
end

-- 32 digits that stand for this acceptance: jobs are signed for it
once('accept', nil, function(pid, a)
  if not is_job(a[4]) then return 'E' end
  call('HSET', K .. 'p' .. pid, 'accepts', a[4])
  call('SADD', K .. 'A', pid)
  return '+'
end)

-- It was found dead; when it comes back after all, it accepts anew.
local function accept_no_more(pid)
  call('HDEL', K .. 'p' .. pid, 'accepts')
  call('SREM', K .. 'A', pid)
end

-- Each process that accepts jobs and lives: its number, acceptance, how many it has, host, name, pid there.
often('acceptors', ROOMY, function()
  local lines = {}
  for _, pid in ipairs(call('SMEMBERS', K .. 'A')) do
    local p = call('HMGET', K .. 'p' .. pid, 'accepts', 'host', 'name', 'os')
    if not p[1] or is_dead(pid) then
      accept_no_more(pid)
    else
      lines[#lines + 1] = pid .. '\t' .. p[1] .. '\t' .. call('SCARD', K .. 'I' .. pid) .. '\t' .. p[2] .. '\t'
        .. p[3] .. '\t' .. p[4]
    end
  end
  return '+' .. table.concat(lines, '\n')
end)

-- the number of the process that is to run it, its acceptance, the job, its blob
once('send', nil, function(pid, a)
  local to, id, blob = a[4], a[6], a[7]
  if not is_job(id) or #blob > MOST_JOB_BYTES or call('HGET', K .. 'B' .. id, 'from') then return 'E' end
  if call('HGET', K .. 'p' .. to, 'accepts') ~= a[5] or is_dead(to) then return 'N' end
  if call('SCARD', K .. 'I' .. to) >= MOST_JOBS then return 'B' end
  local too_much = over(pid, #blob)
  if too_much then return too_much end
  local machine = machine_of(pid)
  call('HSET', K .. 'B' .. id, 'from', pid, 'to', to, 'blob', blob, 'bytes', #blob, 'machine', machine, 'held', 0)
  count_for(machine, #blob)
  call('SADD', K .. 'I' .. to, id)
  call('SADD', K .. 'S' .. pid, id)
  mail(to, 'event', 'work')
  return '+'
end)

-- job, how it is to end: only its sender says so
once('end', ROOMY, function(pid, a)
  local b = call('HMGET', K .. 'B' .. a[4], 'from', 'to', 'wish')
  if b[1] ~= pid then return 'N' end
  if a[5] ~= 'term' and a[5] ~= 'kill' then return 'E' end
  if b[3] ~= 'kill' then call('HSET', K .. 'B' .. a[4], 'wish', a[5]) end
  mail(b[2], 'event', 'work')
  return '+'
end)

-- The acceptance of the caller, then a line for each of its jobs: whether it has begun, and how it is to end.
often('work', ROOMY, function(pid)
  local lines = {call('HGET', K .. 'p' .. pid, 'accepts') or ''}
  for _, id in ipairs(call('SMEMBERS', K .. 'I' .. pid)) do
    local b = call('HMGET', K .. 'B' .. id, 'from', 'begun', 'wish')
    if b[1] then
      local wish = b[3] or ''
      if not is_known(b[1]) or is_dead(b[1]) then wish = 'gone' end
      lines[#lines + 1] = id .. '\t' .. (b[2] and 'begun' or 'new') .. '\t' .. wish
    end
  end
  return '+' .. table.concat(lines, '\n')
end)

-- job -> blob, for the process that it was sent to alone
often('fetch', {'no-writes'}, function(pid, a)
  local b = call('HMGET', K .. 'B' .. a[2], 'to', 'blob')
  if b[1] ~= pid or not b[2] then return 'N' end
  return '+' .. b[2]
end)

local function say(id, from, entry)
  call('RPUSH', K .. 'O' .. id, entry)
  call('HINCRBY', K .. 'B' .. id, 'held', #entry)
  mail(from, 'event', 'j' .. id)
end

-- job, what its process says: its beginning, or lines. B when the sender has much to hear already.
once('say', nil, function(pid, a)
  local b = call('HMGET', K .. 'B' .. a[4], 'from', 'to', 'held', 'over')
  if b[2] ~= pid or b[4] then return 'N' end
  if #a[5] > MOST_LINES_BYTES then return 'E' end
  if tonumber(b[3]) > MOST_HELD_BYTES then return 'B' end
  unload(a[4])
  call('HSET', K .. 'B' .. a[4], 'begun', 1)
  say(a[4], b[1], a[5])
  return '+'
end)

-- job, the last that its process says
once('over', ROOMY, function(pid, a)
  local b = call('HMGET', K .. 'B' .. a[4], 'from', 'to', 'over')
  if b[2] ~= pid or b[3] then return 'N' end
  if #a[5] > MOST_SAID_BYTES then return 'E' end
  if is_known(b[1]) then
    unload(a[4])
    call('HSET', K .. 'B' .. a[4], 'over', 1)
    call('SREM', K .. 'I' .. pid, a[4])
    say(a[4], b[1], a[5])
  else
    drop_job(a[4])
  end
  return '+'
end)

-- job -> what its process has said, each with its length before it; L when there is nothing, and no more will come
once('hear', ROOMY, function(pid, a)
  local b = call('HMGET', K .. 'B' .. a[4], 'from', 'to', 'over', 'lost')
  if b[1] ~= pid then return 'N' end
  local said, size = {}, 0
  while size < MOST_HEARD_BYTES do
    local entry = call('LPOP', K .. 'O' .. a[4])
    if not entry then break end
    size = size + #entry
    said[#said + 1] = struct.pack('>I4', #entry) .. entry
  end
  if size > 0 then
    local left = call('HINCRBY', K .. 'B' .. a[4], 'held', -size)
    if b[3] and left == 0 then drop_job(a[4]) end
    return '+' .. table.concat(said)
  end
  local is_lost = is_dead(b[2])
  if is_lost then accept_no_more(b[2]) end
  if b[3] or b[4] or is_lost then
    drop_job(a[4])
    return 'L'
  end
  return '+'
end)
---- Waits at a side of an object

-- side, id: the caller waits there no more. It may have been told already: then the next one is.
often('unstand', ROOMY, function(pid, a)
  if #a[2] ~= 1 or call('ZREM', K .. 'v' .. a[2] .. a[3], pid) == 0 then tell(a[2], a[3], 1) end
  return '+'
end)

-- What was answered to the call before need not be kept any more.
once('heard', ROOMY, function() return '+' end)

---- Semaphores: permits that no bare acquire has taken, and how often one was taken. A hold is a row. What can be
---- taken is the permits without the rows.

-- id, attempt, whether it is a hold, whether it waits
once('permit', ROOMY, function(pid, a)
  local id = a[4]
  if not is_kind(id, 'SEMAPHORE') then return 'N' end
  if not is_digits(a[5]) then return 'E' end
  if free_permits(id) <= 0 then settle_permits(id) end
  if free_permits(id) <= 0 then return busy(PERMIT, id, pid, a[7]) end
  if a[6] == '1' then
    call('HSET', K .. 'f' .. id, pid .. ':' .. a[5], 1)
  else
    call('HINCRBY', K .. 's' .. id, 'permits', -1)
  end
  call('HINCRBY', K .. 's' .. id, 'taken', 1)
  if free_permits(id) > 0 then tell(PERMIT, id, 1) end
  return '+'
end)

-- id, attempt of a hold -> F when it was lost
once('unhold', ROOMY, function(pid, a)
  if not is_kind(a[4], 'SEMAPHORE') then return 'N' end
  if call('HDEL', K .. 'f' .. a[4], pid .. ':' .. a[5]) == 0 then return 'F' end
  tell(PERMIT, a[4], 1)
  return '+'
end)

-- id, attempt, the call that asked for it: it wants no permit any more, whether it has one by now or waits
once('unpermit', ROOMY, function(pid, a, last)
  local id, is_given = a[4], given(last, a[6])
  call('ZREM', K .. 'v' .. PERMIT .. id, pid)
  if not is_kind(id, 'SEMAPHORE') then return 'N' end
  if call('HDEL', K .. 'f' .. id, pid .. ':' .. a[5]) == 0 and is_given then
    call('HINCRBY', K .. 's' .. id, 'permits', 1)
  end
  tell(PERMIT, id, 1)
  return '+'
end)

-- id, how many -> R and how many there are when there may not be so many more
once('permits', ROOMY, function(_, a)
  local id, many = a[4], tonumber(a[5])
  if not is_kind(id, 'SEMAPHORE') then return 'N' end
  if not is_digits(a[5]) then return 'E' end
  local permits, bound = count(id, 'permits'), tonumber(call('HGET', K .. 'o' .. id, 'b'))
  if permits + many > (bound == 0 and ALL or bound) then return 'R' .. string.format('%d', permits) end
  call('HINCRBY', K .. 's' .. id, 'permits', a[5])
  tell(PERMIT, id, many)
  return '+'
end)

-- id -> how many are free, how often one was taken
often('semaphore', {'no-writes'}, function(_, a)
  if not is_kind(a[2], 'SEMAPHORE') then return 'N' end
  return '+' .. string.format('%d\t%d', math.max(0, free_permits(a[2])), count(a[2], 'taken'))
end)

---- Conditions: who waits, in their order, and the rows of those who were signalled and do not have the lock yet

local function lock_of(id) return is_kind(id, 'CONDITION') and call('HGET', K .. 'o' .. id, 'g') end

-- id, attempt of the lock, row, microseconds that it waited for the lock: gives it back, and waits
once('rest', ROOMY, function(pid, a)
  local id, me, lock = a[4], pid .. ':' .. a[5], lock_of(a[4])
  if not lock then return 'N' end
  if not is_digits(a[6]) or call('LLEN', K .. 'y' .. id) >= MOST_ROWS then return 'E' end
  local no = not_held(lock, me)
  if no then return no end
  call('RPUSH', K .. 'y' .. id, pid .. ':' .. a[6])
  release(lock, me, a[7])
  return '+'
end)

-- id, row -> + when it was signalled, or is not known any more
often('rests', ROOMY, function(pid, a)
  local id, row = a[2], pid .. ':' .. a[3]
  if not lock_of(id) then return 'N' end
  settle_signals(id)
  return not call('HGET', K .. 'f' .. id, row) and call('LPOS', K .. 'y' .. id, row) and 'B' or '+'
end)

-- id, row: it has the lock again -> whether it was signalled
once('rise', ROOMY, function(pid, a)
  local id, row = a[4], pid .. ':' .. a[5]
  call('LREM', K .. 'y' .. id, 0, row)
  return '+' .. call('HDEL', K .. 'f' .. id, row)
end)

-- id, attempt of the lock, how many
once('signal', ROOMY, function(pid, a)
  local id, lock = a[4], lock_of(a[4])
  if not lock then return 'N' end
  if not is_digits(a[6]) then return 'E' end
  local no = not_held(lock, pid .. ':' .. a[5])
  if no then return no end
  settle_signals(id)
  local many, signalled = tonumber(a[6]), 0
  while signalled < many and signal_first(id) do signalled = signalled + 1 end
  call('HINCRBY', K .. 's' .. id, 'signals', signalled)
  return '+'
end)

-- id -> how many wait and were not signalled, how many were signalled
often('condition', {'no-writes'}, function(_, a)
  if not lock_of(a[2]) then return 'N' end
  return '+' .. call('LLEN', K .. 'y' .. a[2]) .. '\t' .. string.format('%d', count(a[2], 'signals'))
end)

---- Queues. An item is the digits of its form, a space, and its bytes. Where no number of items bounds it, its
---- bytes do, as at home: a large item counts as little as one in a file of its own.

local function cost(item, most)
  local bytes = #item - string.find(item, ' ', 1, true) + 8
  return bytes > most / 2 and 16 or math.max(16, math.ceil(bytes / 8) * 8)
end

-- As it is kept: behind the length and the name of the machine that it counts for.
local function wrapped(id, pid, item)
  local machine = machine_of(pid)
  charge(id, machine, #item + ITEM_BYTES)
  return #machine .. ' ' .. machine .. item
end

local function unwrapped(id, kept)
  local digits = string.match(kept, '^%d+')
  local from = #digits + 2 + tonumber(digits)
  local item = string.sub(kept, from)
  charge(id, string.sub(kept, #digits + 2, from - 1), -#item - ITEM_BYTES)
  return item
end

local function has_room(id, bytes, o)
  if o[1] ~= '0' then return call('LLEN', K .. 'z' .. id) < tonumber(o[1]) end
  return count(id, 'bytes') + bytes <= tonumber(o[2])
end

local function bounds(id) return call('HMGET', K .. 'o' .. id, 'b', 'n') end

-- id, form, bytes, whether it waits -> how many were put by now
once('put', nil, function(pid, a)
  local id = a[4]
  if not is_kind(id, 'QUEUE') then return 'N' end
  if not is_digits(a[5]) or #a[6] > MOST_ITEM then return 'E' end
  if count(id, 'closed') == 1 then return 'C' end
  local o, item = bounds(id), a[5] .. ' ' .. a[6]
  local bytes = cost(item, tonumber(o[2]))
  if not has_room(id, bytes, o) then return busy(ROOM, id, pid, a[7]) end
  local too_much = over(pid, #item + ITEM_BYTES)
  if too_much then return too_much end
  call('RPUSH', K .. 'z' .. id, wrapped(id, pid, item))
  call('HINCRBY', K .. 's' .. id, 'bytes', bytes)
  tell(ITEM, id, 1)
  if has_room(id, 16, o) then tell(ROOM, id, 1) end
  return '+' .. call('HINCRBY', K .. 's' .. id, 'put', 1)
end)

-- id, whether it waits -> the item
once('take', ROOMY, function(pid, a)
  local id = a[4]
  if not is_kind(id, 'QUEUE') then return 'N' end
  local item = call('LPOP', K .. 'z' .. id)
  if not item then
    if count(id, 'closed') == 1 then return 'C' end
    return busy(ITEM, id, pid, a[5])
  end
  item = unwrapped(id, item)
  local o = bounds(id)
  call('HINCRBY', K .. 's' .. id, 'bytes', -cost(item, tonumber(o[2])))
  call('HINCRBY', K .. 's' .. id, 'taken', 1)
  tell(ROOM, id, o[1] == '0' and ALL or 1)
  if call('LLEN', K .. 'z' .. id) > 0 then tell(ITEM, id, 1) end
  return '+' .. item
end)

-- id, the call that asked for it: it wants no item any more; one that it was given is the first again
once('untake', ROOMY, function(pid, a, last)
  local id, item = a[4], given(last, a[5])
  call('ZREM', K .. 'v' .. ITEM .. id, pid)
  if not is_kind(id, 'QUEUE') then return 'N' end
  if item then
    call('LPUSH', K .. 'z' .. id, wrapped(id, pid, item))
    call('HINCRBY', K .. 's' .. id, 'bytes', cost(item, tonumber(bounds(id)[2])))
    call('HINCRBY', K .. 's' .. id, 'taken', -1)
  end
  tell(ITEM, id, 1)
  return '+'
end)

once('shut', ROOMY, function(_, a)
  if not is_kind(a[4], 'QUEUE') then return 'N' end
  call('HSET', K .. 's' .. a[4], 'closed', 1)
  tell(ITEM, a[4], ALL)
  tell(ROOM, a[4], ALL)
  return '+'
end)

-- id -> whether one was to be done
once('done', ROOMY, function(_, a)
  local id = a[4]
  if not is_kind(id, 'QUEUE') then return 'N' end
  if count(id, 'done') >= count(id, 'taken') then return '+0' end
  if call('HINCRBY', K .. 's' .. id, 'done', 1) == count(id, 'put') then tell(DONE, id, ALL) end
  return '+1'
end)

-- id, whether it waits -> when all are done
once('finished', ROOMY, function(pid, a)
  if not is_kind(a[4], 'QUEUE') then return 'N' end
  return count(a[4], 'done') == count(a[4], 'put') and '+' or busy(DONE, a[4], pid, a[5])
end)

-- id -> size, whether it is closed, how many were taken
often('queue', {'no-writes'}, function(_, a)
  if not is_kind(a[2], 'QUEUE') then return 'N' end
  return '+' .. call('LLEN', K .. 'z' .. a[2])
    .. string.format('\t%d\t%d', count(a[2], 'closed'), count(a[2], 'taken'))
end)

---- Barriers: how many have come, whether it is broken, how often all had come. Each who has come has a row until
---- it has learnt how that ended; but the last one, who learns it at once.

-- id, row, whether it waits -> how many had come before, when all have come
once('arrive', ROOMY, function(pid, a)
  local id, row = a[4], pid .. ':' .. a[5]
  if not is_kind(id, 'BARRIER') then return 'N' end
  if not is_digits(a[5]) then return 'E' end
  settle_barrier(id)
  local state = call('HGET', K .. 'f' .. id, row)
  if state and string.sub(state, 1, 1) ~= 'W' then
    call('HDEL', K .. 'f' .. id, row)
    return string.sub(state, 1, 1) == 'G' and '+' .. string.sub(state, 2) or 'K'
  end
  if count(id, 'broken') == 1 then return 'K' end
  if not state then
    local came = call('HINCRBY', K .. 's' .. id, 'came', 1) - 1
    if came + 1 == tonumber(call('HGET', K .. 'o' .. id, 'b')) then
      call('HINCRBY', K .. 's' .. id, 'passed', 1)
      end_phase(id, 'G')
      return '+' .. came
    end
    call('HSET', K .. 'f' .. id, row, 'W' .. came)
  end
  return busy(OTHERS, id, pid, a[6])
end)

-- id, row, the call that came: it waits no more, which breaks the barrier -> as to arrive, if all had come before
once('quit', ROOMY, function(pid, a, last)
  local id, row, came = a[4], pid .. ':' .. a[5], given(last, a[6])
  if not is_kind(id, 'BARRIER') then return 'N' end
  local state = call('HGET', K .. 'f' .. id, row)
  call('HDEL', K .. 'f' .. id, row)
  if came then return '+' .. came end
  if state and string.sub(state, 1, 1) == 'G' then return '+' .. string.sub(state, 2) end
  if state and string.sub(state, 1, 1) == 'W' then break_barrier(id) end
  return 'K'
end)

once('abort', ROOMY, function(_, a)
  if not is_kind(a[4], 'BARRIER') then return 'N' end
  break_barrier(a[4])
  return '+'
end)

once('reset', ROOMY, function(_, a)
  if not is_kind(a[4], 'BARRIER') then return 'N' end
  end_phase(a[4], 'K')
  call('HSET', K .. 's' .. a[4], 'broken', 0)
  return '+'
end)

-- id -> how many have come, whether it is broken, how often all had come
often('barrier', {'no-writes'}, function(_, a)
  if not is_kind(a[2], 'BARRIER') then return 'N' end
  return '+' .. string.format('%d\t%d\t%d', count(a[2], 'came'), count(a[2], 'broken'), count(a[2], 'passed'))
end)

---- Read-write locks: see before

local function wants_no_share(id, me)
  call('LREM', K .. 'y' .. id, 0, 'R' .. me)
  call('LREM', K .. 'y' .. id, 0, 'W' .. me)
  waits_no_more(me)
end

-- id, attempt, whether it waits (as to acquire), the name of the thread, what for
once('share', ROOMY, function(pid, a)
  local id, me, mode = a[4], pid .. ':' .. a[5], a[8]
  if not is_kind(id, 'READ_WRITE_LOCK') then return 'N' end
  if not is_attempt(a[5]) or #a[7] > 300 or mode ~= 'R' and mode ~= 'W' then return 'E' end
  local is_free = call('LLEN', K .. 'y' .. id) == 0 and may_share(id, mode)
  if not is_free then
    settle_shares(id)
    is_free = call('LLEN', K .. 'y' .. id) == 0 and may_share(id, mode)
  end
  if call('HGET', K .. 'f' .. id, me) then return share_granted(id) end
  if is_free then
    enter_share(id, me, mode)
    return share_granted(id)
  end
  if a[6] ~= '0' then
    if call('LLEN', K .. 'y' .. id) >= MOST_ROWS then return 'E' end
    if not call('LPOS', K .. 'y' .. id, mode .. me) then call('RPUSH', K .. 'y' .. id, mode .. me) end
    begin_wait(me, a[5], a[6], id, a[7])
    local closed = closed_by(me)
    if closed then
      wants_no_share(id, me)
      admit(id)
      return 'D' .. closed
    end
  end
  return 'B\t' .. count(id, 'taken')
end)

-- id, attempt, R when it wrote and goes on as a reader -> F when it was lost
once('unshare', ROOMY, function(pid, a)
  local id, me = a[4], pid .. ':' .. a[5]
  if not is_kind(id, 'READ_WRITE_LOCK') then return 'N' end
  if not leave_share(id, me) then return 'F' end
  if a[6] == 'R' then call('HSET', K .. 'f' .. id, me, 'R') end
  admit(id)
  return '+'
end)

-- id, attempt: it wants no share any more, whether it has one by now or waits
once('forgoshare', ROOMY, function(pid, a)
  local id, me = a[4], pid .. ':' .. a[5]
  if not is_kind(id, 'READ_WRITE_LOCK') then return 'N' end
  if not is_attempt(a[5]) then return 'E' end
  wants_no_share(id, me)
  leave_share(id, me)
  admit(id)
  return '+'
end)

-- id, attempt: who writes has told its program of the dead
once('sharetold', ROOMY, function(pid, a)
  local id, me = a[4], pid .. ':' .. a[5]
  if call('HGET', K .. 's' .. id, 'writer') ~= me then return 'F' end
  call('HSET', K .. 's' .. id, 'told', count(id, 'recoveries'))
  return '+'
end)

-- id -> how often one was taken, how often who wrote has died; a line for each that has one: whether it is the
-- caller's, its attempt, what for, its process
often('shares', {'no-writes'}, function(pid, a)
  local id = a[2]
  if not is_kind(id, 'READ_WRITE_LOCK') then return 'N' end
  local lines = {string.format('%d\t%d', count(id, 'taken'), count(id, 'recoveries'))}
  local rows = call('HGETALL', K .. 'f' .. id)
  for i = 1, #rows, 2 do
    lines[#lines + 1] = (process_of(rows[i]) == pid and '1' or '0') .. '\t' .. string.match(rows[i], ':(.*)')
      .. '\t' .. rows[i + 1] .. '\t' .. plain(described(rows[i]))
  end
  return '+' .. table.concat(lines, '\n')
end)

---- Looks from outside, by whoever has the code, and is no process here for that. Nothing changes, and nothing is
---- told by which one could act for another: no secrets, and no keys of families.

local MOST_SEEN, FIRST_BYTES, LONGEST_SILENCE = 400, 192, 2500

local function outside(name, body)
  redis.register_function{function_name = 'tandem_' .. name, flags = {'no-writes'}, callback = function(_, a)
    return body(a)
  end}
end

local function line_of(words)
  for i = 1, #words do words[i] = plain(words[i]) end
  return table.concat(words, '\t')
end

local function since_when(me, t)
  local attempt, _, since = wait_in(call('HGET', K .. 't' .. process_of(me), thread_of(me)) or '')
  local is_that = attempt and process_of(me) .. ':' .. attempt == me
  return process_of(me) .. ':' .. (is_that and string.format('%d', math.max(0, t - since)) or '')
end

-- Who waits for an object: each a process, and for how many milliseconds, where that is known.
local function waiting_for(id, kind, t)
  local seen = {}
  if is_lock(id) then
    for _, me in ipairs(call('LRANGE', K .. 'q' .. id, 0, -1)) do seen[#seen + 1] = since_when(me, t) end
  elseif kind == 'EVENT' then
    local all = call('HGETALL', K .. 'w' .. id)
    for i = 1, #all, 2 do
      if t - tonumber(all[i + 1]) < LONGEST_SILENCE then seen[#seen + 1] = all[i] .. ':' end
    end
  elseif kind == 'CONDITION' then
    for _, row in ipairs(call('LRANGE', K .. 'y' .. id, 0, -1)) do seen[#seen + 1] = process_of(row) .. ':' end
  elseif kind == 'READ_WRITE_LOCK' then
    for _, row in ipairs(call('LRANGE', K .. 'y' .. id, 0, -1)) do seen[#seen + 1] = since_when(string.sub(row, 2), t) end
  else
    for _, side in ipairs(SIDES) do
      for _, pid in ipairs(call('ZRANGE', K .. 'v' .. side .. id, 0, -1)) do seen[#seen + 1] = pid .. ':' end
    end
  end
  return table.concat(seen, ',')
end

-- How an object is, in words, and how often the thing has happened that it is for.
local function state_of(id, kind, bound)
  if kind == 'EVENT' then
    local e = call('HMGET', K .. 'e' .. id, 'f', 'c')
    return e[1] == '1' and 'set' or 'not set', e[2] or '0'
  elseif kind == 'CONDITION' then
    return call('LLEN', K .. 'y' .. id) .. ' wait', count(id, 'signals')
  elseif kind == 'SEMAPHORE' then
    return string.format('%d free', math.max(0, free_permits(id))), count(id, 'taken')
  elseif kind == 'BARRIER' then
    local came = string.format('%d of %s wait', count(id, 'came'), bound)
    return count(id, 'broken') == 1 and 'broken' or came, count(id, 'passed')
  elseif kind == 'READ_WRITE_LOCK' then
    local readers = call('HLEN', K .. 'f' .. id)
    local is_written = call('HGET', K .. 's' .. id, 'writer')
    return is_written and 'written' or readers == 0 and 'free' or readers .. ' read', count(id, 'taken')
  elseif kind == 'QUEUE' then
    local closed = count(id, 'closed') == 1 and 'closed, ' or ''
    local most = bound == '0' and '' or ' of ' .. bound
    return closed .. call('LLEN', K .. 'z' .. id) .. most .. ' items', count(id, 'taken')
  end
  return '', call('HGET', K .. 'l' .. id, 'n') or '0'
end

local function seen_object(id, t)
  local o = call('HMGET', K .. 'o' .. id, 'kind', 't', 'n', 'g', 'label', 'b')
  if not o[1] then return nil end
  local l = call('HMGET', K .. 'l' .. id, 'o', 'since', 'waits', 'micros', 'longest', 'r')
  local state, happened = state_of(id, o[1], o[6])
  local writer = o[1] == 'READ_WRITE_LOCK' and call('HGET', K .. 's' .. id, 'writer')
  if writer then l[1] = writer end
  local first = WIDTH[o[2]] and call('GETRANGE', K .. 'd' .. id, 0, FIRST_BYTES - 1) or ''
  local digits = string.gsub(first, '.', function(c) return string.format('%02x', string.byte(c)) end)
  return line_of({'object', id, o[1], o[2], o[3], o[4], o[5], o[6], l[1] and process_of(l[1]) or '',
    l[1] and string.format('%d', math.max(0, t - (l[2] or t))) or '', state, string.format('%d', happened),
    l[3] or '0', l[4] or '0', l[6] or '0', waiting_for(id, o[1], t), digits})
end

-- Each process: number, name, machine, pid there, pid of its parent, whether it accepts jobs, for how many
-- milliseconds it has not spoken. Then each object, how many there are beside those, how many bytes each machine has
-- here, and how many it may have.
outside('survey', function()
  local t, lines, ids, known, parents = now(), {}, {}, {}, {}
  for _, pid in ipairs(processes()) do
    local p = call('HMGET', K .. 'p' .. pid, 'name', 'host', 'os', 'parent', 'accepts', 'till', 'key')
    if p[1] then
      parents[p[7]] = p[3]
      lines[#lines + 1] = {'process', pid, p[1], p[2], p[3], p[4], p[5] and '1' or '0',
        string.format('%d', math.max(0, t + LEASE - p[6]))}
      for _, id in ipairs(call('SMEMBERS', K .. 'x' .. pid)) do
        if not known[id] then
          known[id] = true
          ids[#ids + 1] = id
        end
      end
    end
  end
  for i, words in ipairs(lines) do
    words[6] = parents[words[6]] or ''
    lines[i] = line_of(words)
  end
  table.sort(ids)
  for i = 1, math.min(#ids, MOST_SEEN) do lines[#lines + 1] = seen_object(ids[i], t) end
  lines[#lines + 1] = 'more\t' .. math.max(0, #ids - MOST_SEEN)
  local stored = call('HGETALL', K .. 'b')
  for i = 1, #stored, 2 do lines[#lines + 1] = line_of({'stored', stored[i], stored[i + 1]}) end
  lines[#lines + 1] = 'limit\t' .. LIMIT
  return '+' .. table.concat(lines, '\n')
end)

-- id, from, how many -> bytes
outside('glance', function(a) return peek(a[1], a[2], a[3]) end)
