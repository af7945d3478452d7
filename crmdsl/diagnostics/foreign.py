"""The words of the language as Italians would write them, and its types as other tools call them.

Somebody who thinks in another language writes `azienda:` or `crea`, or `string` where a field is text. None of these
is near the word meant, letter by letter, so that they stand here; the first that is known where it stands is meant.
"""

from __future__ import annotations

import re

_LINES = """
azienda società impresa ditta: company
calendari: calendars
calendario: calendar
reparti uffici dipartimenti: departments
reparto ufficio dipartimento: department
ruoli: roles
ruolo: role
persone personale: people headcount
tempo: effort within takes
territori zone: territories
zona territorio: territory in
linee_di_prodotto linee_prodotto: product_lines
linea_di_prodotto linea_prodotto: product_line
rete_vendita rete_di_vendita: sales_network
canali: channels
canale: channel
entità: entities entity
processi: processes
processo: process
approvazioni: approvals
approvazione: approval
passaggi consegne passaggi_di_consegne: handoffs
passaggio passaggio_di_consegne: handoff
indicatori: kpis
cruscotti: dashboards
integrazioni: integrations
scenari: scenarios
accesso accessi: access
permessi: grants can
permesso: can grants
nome: name
lingua: language
valuta moneta: currency
fuso fuso_orario: timezone
orari orario: hours
festività festivi: holidays
chiusure chiuso: closed
anni: years
capo: head manager
responsabile: owner head manager
proprietario: owner
classe: class
funzioni: functions
riporta_a risponde_a superiore: reports_to
organico addetti numero_persone: headcount
costo_orario: hourly_cost
disponibilità: availability
eredita: inherit
esterno esterna: external
sostituto: substitute
sostituti: substitutes
assente assenze: absent
unità: unit
tipo: type kind
mezzo: medium
gestito_da: handled_by
qualificati: qualified
alimenta: feeds
campi: fields
campo: field
chiave: key
minimo: min
massimo: max
riservato: sensitive
derivato calcolato: derived
predefinito: default
inizio parte comincia: start
passi fasi: steps
passo fase: step
cliente: customer
fornitore: supplier
ingressi: inputs
uscite: outputs
arrivi: arrivals
promessa: promise
priorità: priority
sempre: anytime
esiti: outcomes
esito: outcome
quando se: when
probabilità: chance
da: from by customer
a: to supplier
scrive: edits
modifica: update edits
legge leggi: read reads
serve servono richiede: needs
impegno lavoro: effort
costo: cost
entro: within
ritardo in_ritardo: late
fine conclusa concluso: end
motivo: reason
attesa attende: wait
evento: event
decisione: decide
parallelo: parallel
poi: then
allora: then
livelli: levels
firmatario approvatore firma: approver
richiedente: requester
modalità modo: mode
altrimenti: otherwise
separazione: separation
dà: gives
restituisce: returns
risposta: respond
consegna: deliver
verifica: verify
rilavorazione: rework
ambito: scope
può: can
su: on
tranne salvo: except
dati: given
stato: state
fa: do
dopo: after
rifiutati: refused
visibile_a: visible_to
fasce: bands
scala: ladder
approva: approve
rifiuta respingi: reject
approvato approvata: approved
rifiutato rifiutata respinto respinta: rejected declined
accettato accettata: accepted
declinato: declined
annullato annullata: cancelled
successo: success
fallimento insuccesso: failure
scaduto: timeout
sollecita sollecito ricorda: remind
escalation: escalate
crea: create
aggiorna: update
elimina cancella: delete
esporta: export
propri proprio propria: own
tutti tutto tutte: all any
nessuno: none
acquisire acquisizione: acquire
gestire gestione: manage
preventivo preventivi preventivare offerta offerte: quote
ordine ordini ordinare: order
approvare_ordine approvazione_ordini: approve_order
incassare incasso incassi: collect
primario primaria: primary
supporto: support
controllo: control
dipendenti: employees
monomandatari agenti_monomandatari: single_mandate_agents
plurimandatari agenti_plurimandatari: multi_mandate_agents
distributori: distributors
rivenditori: resellers
lun-ven: mon-fri
lun-sab: mon-sat
importo denaro euro soldi currency decimal: money
percentuale percentage percento: percent
numero float double numeric: number
intero int bigint: integer
testo stringa string str varchar: text
booleano boolean bool sì_no si_no vero_falso: flag
durata: duration effort
data: date given
data_ora datetime timestamp: instant
persona user: person
facoltativo opzionale: optional
"""
_SIGNS = re.compile(r"[\s/-]+")


def _read() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _LINES.strip().splitlines():
        words, _, meant = line.partition(": ")
        for word in words.split():
            found[_plain(word)] = (*found.get(_plain(word), ()), *meant.split())
    return found


def _plain(word: str) -> str:
    return _SIGNS.sub("_", word.strip().lower())


_WORDS = _read()


def meant(word: str) -> tuple[str, ...]:
    """The words of the language that a word of another may stand for, the likeliest first."""
    return _WORDS.get(_plain(word), ())
