import tandem.Array
import tandem.Call
import tandem.Code
import tandem.Event
import tandem.Held
import tandem.Lock
import tandem.Script
import tandem.Shared
import tandem.Slice
import tandem.Spawner
import tandem.Tandem
import tandem.WaitTimeoutException
import tandem.Worker
import tandem.WorkerException
import tandem.sync.DeadlockException
import tandem.sync.UncheckedInterruptedException
import static tandem.Tandem.*

var workA = script("WorkA")
var workB = script("WorkB")
var workC = script("WorkC")
var eat = script("Eat")
var drink = script("Drink")
var play = script("Play")
var toilet = script("Toilet")
var counter = script("Counter")
prestart(2)
