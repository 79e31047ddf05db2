output "send_event" {
  description = "Command that sends one event; with source_files, a command that adds a file with one event."
  value       = module.clickstream.send_event
}

output "first_query" {
  description = "Command that starts a query that counts events by type, and prints the query execution ID."
  value       = module.clickstream.first_query
}

output "create_views" {
  description = "Commands that create the views."
  value       = module.clickstream.create_views
}

output "lake_url" {
  description = "URL of the settings for batches: ./lake fill --aws URL."
  value       = module.clickstream.lake_url
}

output "clickstream" {
  description = "All outputs of the module, such as application_name and bucket_names."
  value       = module.clickstream
}
