// Command playground publishes runnable Go articles: it serves their pages and
// runs, in confined single-use worker processes, the programs that readers edit
// in them.
//
// Where to look:
//
//	main, cli                the process, the commands, their exit status
//	serve, service           the server: who gets whom at start, and the end
//	listen, hosts, admin     where it listens, under which names, and for operators
//	flags, budget            limits, logs, proxies; what the machine allows
//	keys                     by which the nodes of a cluster know one another
//	sharing                  where what readers share is kept, and for how long
//	reload, dev              what is published, reading it again, and following an author
//	new, fmt, check, export  what authors do with articles
//	chromium                 the browser that runs scripts for a check
//	run, schedules           one program, without a server; and in many orders
//	doctor, health           what confines programs here; whether a server is well
package main
